import { expect, it } from "vitest";
import { inputsHash } from "./container-hash.ts";

const inputs = { name: "db", image: "sha256:1", uploads: [{ file: "/a", content: "1" }], memory: 64 };

it("is the same for the same container, however the inputs are ordered and however it is waited for", async () => {
  const { name, ...rest } = inputs;
  expect(await inputsHash({ ...rest, name })).toBe(await inputsHash(inputs));
  expect(await inputsHash({ ...inputs, waitTimeout: 5, destroyGraceSeconds: 1 })).toBe(await inputsHash(inputs));
});

it.each([{ image: "sha256:2" }, { memory: 65 }, { uploads: [{ file: "/a", content: "2" }] }, { envs: ["A=1"] }])(
  "is another one with %j",
  async (change) => expect(await inputsHash({ ...inputs, ...change })).not.toBe(await inputsHash(inputs)),
);

it("sees the content of a file that is uploaded from the disk", async () => {
  const from = (source: string) => inputsHash({ ...inputs, uploads: [{ file: "/a", source }] });
  await expect(from("/nowhere")).rejects.toThrow('the source of the upload "/a" cannot be read');
});
