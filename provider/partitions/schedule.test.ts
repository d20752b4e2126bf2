import { describe, expect, it } from "vitest";
import { clockTolerance, jobCommand } from "./schedule.ts";

describe("the schedule of maintenance", () => {
  it.each([
    ["30 seconds", 8],
    ["*/5 * * * *", 8],
    ["0 2 * * *", 8],
    ["0 2 * * 1", 14],
    ["0 1 1 * *", 38],
    ["0 1 1 1 *", 373],
  ])("at %s trusts the clock for %d days", (schedule, days) => {
    expect(clockTolerance(schedule)).toBe(days);
  });

  it("quotes", () => {
    expect(jobCommand("0 2 * * *")).toBe("CALL postgres_ha.maintain_partitions('0 2 * * *')");
  });
});
