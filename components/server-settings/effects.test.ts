import { expect, it } from "vitest";
import { settingNames, settingOf } from "./catalogue.ts";
import { effectOf } from "./effects.ts";
import { patroniControl } from "./patroni-control.ts";

it.each([
  ["work_mem", "reload"],
  ["log_min_duration_statement", "reload"],
  ["log_connections", "reload"],
  ["max_connections", "restart"],
  ["shared_buffers", "restart"],
  ["shared_preload_libraries", "restart"],
  ["cron.log_run", "restart"],
  ["block_size", "fixed"],
  ["my_extension.setting", "reload"],
])("a new %s takes a %s", (name, effect) => {
  expect(effectOf(name)).toBe(effect);
});

it("Patroni controls only settings that there are", () => {
  const controlled = settingNames.filter((name) => patroniControl(name) !== undefined);
  expect(controlled).toHaveLength(29);
  expect(patroniControl("work_mem")).toBeUndefined();
});

it("what replicas must not have less of needs a restart", () => {
  const first = settingNames.filter((name) => patroniControl(name) === "standby-first");
  expect(first).toEqual([
    "max_connections",
    "max_locks_per_transaction",
    "max_prepared_transactions",
    "max_wal_senders",
    "max_worker_processes",
  ]);
  expect(first.map((name) => settingOf(name)?.context)).toEqual(first.map(() => "postmaster"));
});
