import { compare } from "bcryptjs";
import { expect, it } from "vitest";
import { randomPassword } from "./random-password.ts";

const context = {
  urn: "urn:pulumi:s::p::random:index/randomPassword:RandomPassword::a",
  log: () => undefined,
  tell: () => undefined,
};

it("gives each of many passwords its own true hash, the first long before the last", async () => {
  const ends: number[] = [];
  const made = await Promise.all(
    [1, 2, 3].map(async () => {
      const { outputs } = await randomPassword.create(undefined, { length: 12 }, context);
      ends.push(performance.now());
      return outputs;
    }),
  );
  for (const { result, bcryptHash } of made) expect(await compare(String(result), String(bcryptHash))).toBe(true);
  const [first = 0, , last = 0] = ends;
  expect(last - first).toBeGreaterThan(10);
});
