import type { Engine } from "./engine.ts";

/** The last lines that a container wrote; all of them without a number. */
export async function containerLogs(engine: Engine, id: string, tty: boolean, lines?: number): Promise<string> {
  const raw = await engine.bytes("GET", `/containers/${id}/logs`, {
    query: { stdout: true, stderr: true, tail: lines ?? "all" },
  });
  return tty ? raw.toString("utf8") : demultiplexed(raw);
}

/** Both streams, in the order in which they came. */
export function demultiplexed(raw: Buffer): string {
  return Buffer.concat([...frames(raw)].map(({ bytes }) => bytes)).toString("utf8");
}

/** Without a terminal both streams come as frames: the kind of the stream, three zeros, four bytes of length, the bytes. */
export function* frames(raw: Buffer): Generator<{ readonly stream: number; readonly bytes: Buffer }> {
  for (let at = 0; at + 8 <= raw.length; ) {
    const end = at + 8 + raw.readUInt32BE(at + 4);
    yield { stream: raw.readUInt8(at), bytes: raw.subarray(at + 8, end) };
    at = end;
  }
}
