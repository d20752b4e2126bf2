import { expect, it } from "vitest";
import { architectureOf, instanceSize } from "./instance-types.ts";

it.each([
  ["t3.micro", 2, 1, "amd64"],
  ["t4g.small", 2, 2, "arm64"],
  ["t3a.2xlarge", 8, 32, "amd64"],
  ["m6i.large", 2, 8, "amd64"],
  ["m7g.medium", 1, 4, "arm64"],
  ["m7g.16xlarge", 64, 256, "arm64"],
  ["m7i.xlarge", 4, 16, "amd64"],
  ["r6i.32xlarge", 128, 1024, "amd64"],
  ["r8g.48xlarge", 192, 1536, "arm64"],
  ["c5.large", 2, 4, "amd64"],
  ["c7a.medium", 1, 2, "amd64"],
  ["m6id.4xlarge", 16, 64, "amd64"],
])("%s has %i cores and %f GiB (%s)", (type, cores, memory, architecture) => {
  expect(instanceSize(type)).toEqual({ cores, memory, architecture });
});

it.each([
  "z1d.large",
  "m7i.metal",
  "m6i.medium",
  "m7g.32xlarge",
  "t3.12xlarge",
  "x",
  "",
  "u-6tb1.metal",
  "p5.48xlarge",
])("%s is not known", (type) => {
  expect(instanceSize(type)).toBeUndefined();
});

it("tells the processor from the generation, not from the family", () => {
  expect(architectureOf("g5.xlarge")).toBe("amd64");
  expect(architectureOf("im4gn.large")).toBe("arm64");
  expect(architectureOf("x2gd.medium")).toBe("arm64");
});
