import { untilIt } from "./patience.ts";

/** Settles when a MinIO takes requests. */
export function s3Answers(endpoint: string): Promise<void> {
  return untilIt(
    async () => {
      const response = await fetch(`${endpoint}/minio/health/ready`, { signal: AbortSignal.timeout(2000) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
    },
    {
      what: `MinIO at ${endpoint}`,
      atMost: 120,
      wayOut: "Its container's log says why; run the same command again to continue.",
    },
  );
}
