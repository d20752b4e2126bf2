import { describe, expect, it } from "vitest";
import { readConfigFile, UnreadableFile } from "./config-file.ts";

const read = (text: string) => readConfigFile(text, "p");

describe("a settings file without Pulumi", () => {
  it("has the settings of the project, numbers and all", () => {
    const text =
      'config:\n  p:size: small\n  p:goal: "30"\n  p:cluster: { members: 3, memory: 16GiB }\n  aws:region: x\n';
    expect(read(text)).toEqual({
      values: { size: "small", goal: 30, cluster: { members: 3, memory: "16GiB" } },
      encrypted: [],
    });
  });

  it("has no encrypted value", () => {
    const text = "config:\n  p:bucket: { kind: s3, secretKey: { secure: v1:abc } }\n  p:whole:\n    secure: v1:def\n";
    expect(read(text)).toEqual({ values: { bucket: { kind: "s3", secretKey: "****" } }, encrypted: ["whole"] });
  });

  it.each([
    ["", "nothing"],
    ["encryptionsalt: v1:x\n", "no settings"],
    ["config:\n", "an empty part"],
  ])("%j holds %s", (text) => {
    expect(read(text)).toEqual({ values: {}, encrypted: [] });
  });

  it.each([
    ["config:\n  p:x: {a: \n  b: [\n", /^is not valid YAML: line \d: /],
    ["just text", /^holds no settings/],
    ["config: text\n", /^holds no settings/],
    ["- config\n", /^holds no settings/],
  ])("%j is refused", (text, message) => {
    expect(() => read(text)).toThrow(UnreadableFile);
    expect(() => read(text)).toThrow(message);
  });
});
