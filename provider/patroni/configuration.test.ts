import { expect, it } from "vitest";
import { difference } from "../../toolchain/stand-ins/framework/diff.ts";
import { unknownValue } from "../../toolchain/stand-ins/framework/values.ts";
import { patroniConfiguration } from "./configuration.ts";

const inputs = (container: string) => ({
  members: [{ name: "postgres-1", instance: { docker: { container, name: "a" } } }],
  superuser: "postgres",
  configuration: { ttl: 20 },
  restarts: "rolling",
});

it("takes a member in another container for the same member", () => {
  expect(difference(patroniConfiguration, inputs("old"), inputs("new")).changes).toEqual({});
});

it("is previewed while a member's container is being replaced", () => {
  const news = { ...inputs("old"), members: unknownValue };
  expect(Object.keys(difference(patroniConfiguration, inputs("old"), news).changes)).toEqual(["members"]);
});
