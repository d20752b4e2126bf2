import { expect, it } from "vitest";
import { renderExports } from "./exports.ts";
import { describeKept, protectedResources } from "./kept.ts";
import { holdsOnlySalt } from "./stack-files.ts";

const resource = (type: string, name: string, more: object) => ({
  type,
  urn: `urn:pulumi:s::p::${type}::${name}`,
  ...more,
});

it("finds what holds data in an exported state", () => {
  const volume = "docker:index/volume:Volume";
  const resources = [
    resource("pulumi:pulumi:Stack", "s", { protect: true }),
    resource("pulumi:providers:docker", "default", { custom: true, protect: true }),
    resource(volume, "db-1-data", { custom: true, protect: true }),
    resource(volume, "db-2-data", { custom: true, protect: true }),
    resource("docker:index/container:Container", "db-1", { custom: true }),
  ];
  const kept = protectedResources(JSON.stringify({ version: 3, deployment: { resources } }));
  expect(kept).toEqual({ [volume]: ["db-1-data", "db-2-data"] });
  expect(describeKept(kept, { stack: "local" })).toBe(
    "Kept, because they hold data; the next npm run up finds them:\n" +
      "  2 docker:Volume: db-1-data, db-2-data\n" +
      "To delete them too: npm run destroy -- --delete-data local",
  );
  expect(describeKept(kept, { stack: "sagaz", example: "sagaz" })).toMatch(
    /the next npm run example -- sagaz up finds.*npm run example -- sagaz destroy --delete-data sagaz$/s,
  );
  expect(describeKept(kept, { stack: "blue" })).toContain("npm run destroy -- --stack blue --delete-data blue");
});

it("knows a state without resources", () => {
  expect(protectedResources('{"version":3,"deployment":{}}')).toEqual({});
  expect(describeKept({}, { stack: "local" })).toBe("Stack local holds no data; nothing was kept.");
});

it.each([
  ["", true],
  ["encryptionsalt: v1:abc=:v1:x\n", true],
  ["# mine\nencryptionsalt: v1:abc\n", false],
  ["encryptionsalt: v1:abc\nconfig:\n  p:members: 3\n", false],
  ["secretsprovider: awskms://x\nencryptedkey: y\n", false],
])("deletes only settings that nobody wrote: %j", (settings, expected) => {
  expect(holdsOnlySalt(settings)).toBe(expected);
});

it("quotes the environment for a shell", () => {
  expect(renderExports({ PATH: "/a:/b", PHRASE: "it's $HOME" })).toBe(
    "export PATH='/a:/b'\nexport PHRASE='it'\\''s $HOME'\n",
  );
});
