/** Without a terminal both streams come as frames: the kind of the stream, three zeros, four bytes of length, the bytes. */
export function splitStreams(raw: Buffer): { readonly stdout: string; readonly stderr: string } {
  const parts: Record<number, Buffer[]> = { 1: [], 2: [] };
  for (let at = 0; at + 8 <= raw.length; ) {
    const end = at + 8 + raw.readUInt32BE(at + 4);
    parts[raw.readUInt8(at)]?.push(raw.subarray(at + 8, end));
    at = end;
  }
  const text = (stream: number) => Buffer.concat(parts[stream] ?? []).toString("utf8");
  return { stdout: text(1), stderr: text(2) };
}
