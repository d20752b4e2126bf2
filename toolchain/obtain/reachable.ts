/** Where Pulumi's program is downloaded from; a machine that reaches it reaches the internet. */
export const pulumiDownloads = "https://get.pulumi.com/";

/** How long a host may take to show that it is there. */
const probeMilliseconds = 4_000;

/** Whether a web server answers, with whatever status. A name that does not resolve answers at once. */
export async function reachable(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(probeMilliseconds) });
    return true;
  } catch {
    return false;
  }
}
