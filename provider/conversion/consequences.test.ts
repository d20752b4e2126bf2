import { describe, expect, it } from "vitest";
import { convert } from "../../components/partitions/convert.ts";
import { conversionConsequences } from "./consequences.ts";

const kept = convert.parse({});
const dropped = convert.parse({ keepOriginal: false });

describe("conversionConsequences", () => {
  it("says what is done, and what is not there afterwards", () => {
    expect(conversionConsequences(undefined, kept, "public.t")).toEqual([
      expect.stringContaining("public.t is turned into"),
    ]);
    expect(conversionConsequences(undefined, dropped, "public.t")).toEqual([
      expect.any(String),
      expect.stringContaining("DROPPED"),
    ]);
    expect(conversionConsequences(kept, dropped, "public.t")).toEqual([
      expect.stringContaining("no rollback after that"),
    ]);
  });

  it("says nothing where nothing changes", () => {
    expect(conversionConsequences(kept, kept, "t")).toEqual([]);
    expect(conversionConsequences(dropped, dropped, "t")).toEqual([]);
    expect(conversionConsequences(dropped, kept, "t")).toEqual([]);
    expect(conversionConsequences(kept, undefined, "t")).toEqual([]);
  });
});
