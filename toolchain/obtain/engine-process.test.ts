import { expect, it } from "vitest";
import { engineStart } from "./engine-process.ts";

const fields = (state: string) => `${state} 1 42 42 0 -1 4194560 1 0 0 0 5 5 0 0 20 0 13 0 987654 2145004 122192`;

it.each([
  ["a dockerd", `42 (dockerd) ${fields("S")}`, "987654"],
  ["another program that has the pid by now", `42 (bash) ${fields("S")}`, undefined],
  ["a program with a strange name", `42 (a) S (dockerd) ${fields("S")}`, undefined],
  ["one that has ended", `42 (dockerd) ${fields("Z")}`, undefined],
  ["no process", "", undefined],
])("reads when %s began", (_, stat, expected) => {
  expect(engineStart(stat)).toBe(expected);
});
