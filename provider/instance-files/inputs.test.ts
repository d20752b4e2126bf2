import { expect, it } from "vitest";
import { deliveredFiles, withoutOnce } from "./inputs.ts";

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

it("leaves out what only the first start reads", () => {
  expect(withoutOnce({ "/a": { content: "1" }, "/b": { content: "2", once: true } })).toEqual({
    "/a": { content: "1" },
  });
});
