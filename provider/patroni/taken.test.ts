import { describe, expect, it } from "vitest";
import { takenBy } from "./taken.ts";

describe("whether a member has taken a setting", () => {
  it.each([
    ["as soon as its file says it", "work_mem", "8MB", { current: "8192", written: "8MB" }, "taken"],
    ["not before its file says it", "work_mem", "8MB", { current: "4096", written: "4MB" }, "not yet"],
    ["in Patroni's spelling of true", "log_checkpoints", true, { current: "on", written: "True" }, "taken"],
    ["when it is gone from the file", "geqo", undefined, { current: "on" }, "taken"],
    ["not while it is still in the file", "geqo", undefined, { current: "off", written: "off" }, "not yet"],
    [
      "with a restart, where one is needed",
      "shared_buffers",
      "256MB",
      { current: "16384", written: "256MB" },
      "restart",
    ],
    ["in another unit after the restart", "shared_buffers", "256MB", { current: "32768", written: "256MB" }, "taken"],
    ["that Patroni passes on the command line", "max_connections", 300, { current: "200" }, "restart"],
    ["the same after the restart", "max_connections", "300", { current: "300" }, "taken"],
    ["one that only a session's start reads", "wal_log_hints", "on", { current: "on" }, "taken"],
  ] as const)("%s: %s", (_, name, value, found, expected) => {
    expect(takenBy(name, value, found)).toBe(expected);
  });

  it("fails with the server's own reason", () => {
    expect(() => takenBy("work_mem", "8MB", { written: "8MB", error: "setting could not be applied" })).toThrow(
      "work_mem = 8MB: setting could not be applied",
    );
  });
});
