import { readdir, readFile, readlink } from "node:fs/promises";

/** The program that listens on a TCP port of this machine, as far as we may see it; Linux only. */
export async function portHolder(port: number): Promise<string | undefined> {
  const inodes = new Set((await Promise.all(["tcp", "tcp6"].map((table) => listeners(table, port)))).flat());
  if (inodes.size === 0) return undefined;
  for (const pid of await processes()) {
    const sockets = await links(`/proc/${pid}/fd`);
    if (sockets.some((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ""))) {
      const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "a program");
      return `${name.trim()} (process ${pid})`;
    }
  }
  return undefined;
}

/** Socket inodes in state LISTEN (0A) on a port. https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt */
async function listeners(table: string, port: number): Promise<string[]> {
  const text = await readFile(`/proc/net/${table}`, "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "0A" && Number.parseInt(fields[1]?.split(":")[1] ?? "", 16) === port)
    .map((fields) => fields[9] ?? "");
}

async function processes(): Promise<string[]> {
  const entries = await readdir("/proc").catch(() => []);
  return entries.filter((entry) => /^\d+$/.test(entry));
}

async function links(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  return Promise.all(entries.map((entry) => readlink(`${folder}/${entry}`).catch(() => "")));
}
