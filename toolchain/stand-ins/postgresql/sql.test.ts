import fc from "fast-check";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { identifier, literal } from "./sql.ts";

const texts = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));

describe("quoting", () => {
  it("quotes as pg does", () => {
    fc.assert(fc.property(texts, (text) => identifier(text) === pg.escapeIdentifier(text)));
    fc.assert(fc.property(texts, (text) => literal(text) === pg.escapeLiteral(text)));
  });

  it("refuses a zero byte, which would cut the text short", () => {
    expect(() => identifier("a\0b")).toThrow(/zero byte/);
    expect(() => literal("a\0b")).toThrow(/zero byte/);
  });
});
