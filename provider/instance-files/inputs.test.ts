import { expect, it } from "vitest";
import { changedPaths } from "./changes.ts";
import { deliveredFiles } from "./inputs.ts";

it("lets the one user of the instance read a secret, and nobody write anything", () => {
  const files = {
    "/etc/plain": { content: "plain" },
    "/etc/secret": { content: "word", secret: true },
    "/usr/local/bin/run": { content: "#!/bin/sh", executable: true },
  };
  expect(deliveredFiles({ files, user: 999 })).toEqual([
    { path: "/etc/plain", content: "plain", mode: 0o444, owner: 0 },
    { path: "/etc/secret", content: "word", mode: 0o400, owner: 999 },
    { path: "/usr/local/bin/run", content: "#!/bin/sh", mode: 0o555, owner: 0 },
  ]);
});

it("names the files that a change touches, also those that come and go", () => {
  const olds = { "/a": { content: "1" }, "/b": { content: "2" }, "/gone": { content: "" } };
  const news = { "/b": { content: "3" }, "/a": { content: "1" }, "/new": { content: "" } };
  expect(changedPaths(olds, news)).toEqual(["/b", "/gone", "/new"]);
});
