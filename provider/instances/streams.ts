import { frames } from "../../toolchain/stand-ins/docker/logs.ts";

/** What a command wrote, each stream by itself. */
export function splitStreams(raw: Buffer): { readonly stdout: string; readonly stderr: string } {
  const all = [...frames(raw)];
  const text = (wanted: number) =>
    Buffer.concat(all.filter(({ stream }) => stream === wanted).map(({ bytes }) => bytes)).toString("utf8");
  return { stdout: text(1), stderr: text(2) };
}
