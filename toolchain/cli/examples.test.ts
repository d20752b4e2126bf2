import { expect, it } from "vitest";
import { ofThisClone } from "./examples.ts";

it.each([
  [{}, "--conditions=pulumi-postgres-ha-sources"],
  [{ NODE_OPTIONS: "--max-old-space-size=4096" }, "--max-old-space-size=4096 --conditions=pulumi-postgres-ha-sources"],
])("an example imports this clone, with %o too", (env, options) => {
  expect(ofThisClone(env)).toEqual({ NODE_OPTIONS: options });
});
