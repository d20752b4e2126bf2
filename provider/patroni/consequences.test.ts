import { expect, it } from "vitest";
import { consequencesOf } from "./consequences.ts";
import type { ConfigurationInputs } from "./inputs.ts";

const inputs = (
  parameters: Record<string, string | number>,
  more: Partial<ConfigurationInputs> = {},
): ConfigurationInputs => ({
  members: [],
  superuser: "postgres",
  restarts: "rolling",
  configuration: { ttl: 20, postgresql: { parameters, pg_hba: ["local all all peer"] } },
  ...more,
});

it("says for each changed setting what it takes", () => {
  const olds = inputs({ work_mem: "4MB", max_connections: 200, geqo: "off" });
  const news = inputs(
    { work_mem: "8MB", max_connections: 300 },
    {
      configuration: {
        ttl: 30,
        postgresql: { parameters: { work_mem: "8MB", max_connections: 300 }, pg_hba: [] },
      },
    },
  );
  expect(consequencesOf(olds, news)).toEqual([
    "reload: geqo: off → default",
    "restart: max_connections: 200 → 300; members one at a time, replicas first, sessions of each end",
    "reload: work_mem: 4MB → 8MB",
    'reload: postgresql.pg_hba: ["local all all peer"] → []',
    "reload: ttl: 20 → 30",
  ]);
});

it("says which restart is left to a person", () => {
  expect(
    consequencesOf(inputs({ max_connections: 1 }), inputs({ max_connections: 2 }, { restarts: "pending" })),
  ).toEqual(["restart, left pending: max_connections: 1 → 2"]);
});

it("says what a refresh has found", () => {
  const overrides = { "postgres-2": { work_mem: "64MB" }, "postgres-3": { shared_buffers: "1GB" } };
  expect(consequencesOf(inputs({}, { overrides }), inputs({}))).toEqual([
    "reload: postgres-2: ALTER SYSTEM has set work_mem = 64MB; it is reset",
    "restart: postgres-3: ALTER SYSTEM has set shared_buffers = 1GB; it is reset",
  ]);
});
