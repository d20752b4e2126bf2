import { expect, it } from "vitest";
import { unknownValue } from "../../toolchain/stand-ins/framework/values.ts";
import { fileChanges } from "./changes.ts";

it("shows the lines that go and come, of each file that differs", () => {
  const olds = { "/a": { content: "x = 1\ny = 2\n" }, "/same": { content: "" }, "/gone": { content: "" } };
  const news = { "/same": { content: "" }, "/a": { content: "x = 1\ny = 3\n" }, "/new": { content: "" } };
  expect(fileChanges(olds, news)).toEqual(["reload: /a\n- y = 2\n+ y = 3", "reload: /gone", "reload: /new"]);
});

it("shows nothing of a secret, nor of what is not known yet", () => {
  const secret = (content: string) => ({ "/s": { content, secret: true } });
  expect(fileChanges(secret("old"), secret("new"))).toEqual(["reload: /s"]);
  expect(fileChanges({ "/a": { content: "old" } }, { "/a": { content: unknownValue } })).toEqual(["reload: /a"]);
});

it("cuts a long change short", () => {
  const lines = (from: number) => Array.from({ length: 8 }, (_, index) => `l${from + index}`).join("\n");
  const [change = ""] = fileChanges({ "/a": { content: lines(0) } }, { "/a": { content: lines(100) } });
  expect(change.split("\n")).toHaveLength(8);
  expect(change).toMatch(/and 10 more lines$/);
});
