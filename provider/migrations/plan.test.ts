import { describe, expect, it } from "vitest";
import { planOf } from "./plan.ts";

const file = (name: string, checksum = name) => ({ name, checksum });
const ran = (name: string, checksum = name, finished = true) => ({ name, checksum, finished });
const problems = (recorded: ReturnType<typeof ran>[], files: ReturnType<typeof file>[]) =>
  planOf(recorded, files).problems;

describe("planOf", () => {
  it("runs what did not run, in order", () => {
    expect(planOf([], [file("1"), file("2")])).toEqual({ pending: [file("1"), file("2")], problems: [] });
    expect(planOf([ran("1")], [file("1"), file("2")])).toEqual({ pending: [file("2")], problems: [] });
    expect(planOf([ran("1")], [file("1")])).toEqual({ pending: [], problems: [] });
  });

  it("goes on with a file that is not through, which may have changed", () => {
    expect(planOf([ran("1"), ran("2", "before", false)], [file("1"), file("2", "mended")])).toEqual({
      pending: [file("2", "mended")],
      problems: [],
    });
    expect(problems([ran("1", "1", false)], [file("2")])).toEqual([expect.stringContaining("1 is missing")]);
  });

  it("names each file that changed, is missing, has another name, or moved", () => {
    expect(problems([ran("1"), ran("2")], [file("1", "x"), file("2", "y")])).toEqual([
      expect.stringMatching(/^1 has changed/),
      expect.stringMatching(/^2 has changed/),
    ]);
    expect(problems([ran("1"), ran("2")], [file("2")])).toEqual([expect.stringMatching(/^1 is missing/)]);
    expect(problems([ran("1"), ran("2")], [file("1b", "1"), file("2")])).toEqual([
      expect.stringMatching(/^1 is called 1b now/),
    ]);
    expect(problems([ran("1"), ran("2")], [file("2"), file("1")])).toEqual([
      expect.stringMatching(/^2 ran after 1 and comes before it now/),
    ]);
  });

  it("names a new file that comes before one that ran", () => {
    expect(problems([ran("1"), ran("3")], [file("1"), file("2"), file("3"), file("4")])).toEqual([
      expect.stringMatching(/^2 is new and comes before 3/),
    ]);
  });

  it("sees nothing wrong where nothing ran: a database that is new, or another one", () => {
    expect(problems([], [file("9"), file("1")])).toEqual([]);
  });
});
