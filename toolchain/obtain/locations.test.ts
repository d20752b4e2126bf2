import { describe, expect, it } from "vitest";
import { locations } from "./locations.ts";

describe("locations", () => {
  it.each([
    ["defaults", {}, "/home/ann/.cache/pulumi-postgres-ha", "/home/ann/.local/state/pulumi-postgres-ha"],
    ["XDG variables", { XDG_CACHE_HOME: "/c", XDG_STATE_HOME: "/s" }, "/c/pulumi-postgres-ha", "/s/pulumi-postgres-ha"],
    [
      "relative XDG variables, which do not count",
      { XDG_CACHE_HOME: "c" },
      "/home/ann/.cache/pulumi-postgres-ha",
      "/home/ann/.local/state/pulumi-postgres-ha",
    ],
    ["our own variables, as they are", { POSTGRES_HA_CACHE: "/c", POSTGRES_HA_STATE: "/s" }, "/c", "/s"],
  ])("%s", (_, env, cache, state) => {
    expect(locations(env, "/home/ann", "/clone")).toEqual({
      cache,
      state,
      shims: "/clone/node_modules/.cache/pulumi-postgres-ha/bin",
      plugins: "/clone/node_modules/.cache/pulumi-postgres-ha/plugins",
    });
  });
});
