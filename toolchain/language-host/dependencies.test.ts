import { expect, it } from "vitest";
import { lockedDependencies } from "./dependencies.ts";

const manifest = { dependencies: { "@pulumi/pulumi": "^3.0.0" }, devDependencies: { vitest: "4.1.12" } };
const lock = {
  packages: {
    "": { version: "1.0.0" },
    "node_modules/@pulumi/pulumi": { version: "3.270.0" },
    "node_modules/@pulumi/pulumi/node_modules/vitest": { version: "1.0.0" },
    "node_modules/vitest": { version: "4.1.12" },
    "node_modules/semver": { version: "7.0.0" },
    "packages/local": {},
  },
};

it("lists what the manifest names, in the locked versions", () => {
  expect(lockedDependencies(manifest, lock, false)).toEqual([
    { name: "@pulumi/pulumi", version: "3.270.0" },
    { name: "vitest", version: "4.1.12" },
  ]);
});

it("lists all that is locked when asked for the transitive ones", () => {
  expect(lockedDependencies(manifest, lock, true)).toHaveLength(4);
});

it("lists nothing without a lock file", () => {
  expect(lockedDependencies(manifest, {}, true)).toEqual([]);
});
