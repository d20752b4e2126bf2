import type { Engine } from "./engine.ts";

/** The last lines that a container wrote; all of them without a number. */
export async function containerLogs(engine: Engine, id: string, tty: boolean, lines?: number): Promise<string> {
  const raw = await engine.bytes("GET", `/containers/${id}/logs`, {
    query: { stdout: true, stderr: true, tail: lines ?? "all" },
  });
  return tty ? raw.toString("utf8") : demultiplexed(raw);
}

/** Without a terminal both streams come as frames: eight bytes, the last four of which are the length. */
export function demultiplexed(raw: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length; ) {
    const end = at + 8 + raw.readUInt32BE(at + 4);
    parts.push(raw.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(parts).toString("utf8");
}
