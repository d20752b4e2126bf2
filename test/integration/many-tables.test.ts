import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { OwnProgram } from "../support/own-program.ts";
import { shellEnvironment } from "../support/pulumi.ts";

/** As many partitioned tables as one program is promised to hold. Previews: nothing is started. `npm run bench -- tables` also makes them. */
const count = 500;
let program: OwnProgram;

beforeAll(async () => {
  program = await OwnProgram.open("bench/many-tables", await shellEnvironment(inject("stack")));
});

afterAll(() => program?.remove());

describe("a program with 500 partitioned tables", () => {
  it("is previewed in 20 s, one resource for each table", async () => {
    const without = await program.preview(0);
    const all = await program.preview(count);
    expect(all.created - without.created).toBe(count);
    // About 6 s on 2 cores: the rest is for a machine that does something else meanwhile.
    expect(all.seconds).toBeLessThan(20);
  });
});
