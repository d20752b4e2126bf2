import { UserError } from "./server.ts";

// 3D000: no such database. 3F000: no such schema. 42P01: no such table. 42704: no such role. 42883: no such function.
const absent = new Set(["3D000", "3F000", "42P01", "42704", "42883"]);

/** What comes of the work, `undefined` where what it works on does not exist: it may be gone at this very moment. */
export async function unlessGone<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UserError && absent.has(error.code)) return undefined;
    throw error;
  }
}
