import { describe, expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";
import { scheduledJobArgs } from "./args.ts";

const parse = (value: unknown) => parseArguments("ScheduledJob", scheduledJobArgs, value);

describe("the arguments of a scheduled job", () => {
  it("are a schedule and a command", () => {
    const job = { schedule: "0 3 * * *", command: "SELECT cleanup_consumer_inbox(90)" };
    expect(parse(job)).toEqual(job);
    expect(parse({ ...job, schedule: "30 seconds" })).toMatchObject({ schedule: "30 seconds" });
  });

  it("are refused all at once", () => {
    expect(() => parse({ schedule: "daily", command: " ", role: "The Owner", shedule: 1 })).toThrow(
      /4 problems[\s\S]*unknown key "shedule"; did you mean "schedule"/,
    );
  });
});
