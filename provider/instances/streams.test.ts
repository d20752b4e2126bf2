import { expect, it } from "vitest";
import { splitStreams } from "./streams.ts";

function frame(stream: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

it("the two streams of a command are told apart, in whatever order their frames come", () => {
  const raw = Buffer.concat([frame(1, "one "), frame(2, "trouble"), frame(1, "twö")]);
  expect(splitStreams(raw)).toEqual({ stdout: "one twö", stderr: "trouble" });
  expect(splitStreams(Buffer.alloc(0))).toEqual({ stdout: "", stderr: "" });
});
