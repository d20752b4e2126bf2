import { describe, expect, it } from "vitest";
import { describe as inWords, isCollision, isPassing } from "./faults.ts";

const fault = (code: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more });

describe("a fault", () => {
  it.each(["ECONNREFUSED", "57P03", "08P01", "25006", "57P01"])("of code %s passes", (code) => {
    expect(isPassing(fault(code, "no"))).toBe(true);
  });

  it.each(["28P01", "42501", "3D000", "ENOTFOUND"])("of code %s stays", (code) => {
    expect(isPassing(fault(code, "no"))).toBe(false);
  });

  it("is found in what Node wraps around the addresses of a name", () => {
    expect(isPassing(new AggregateError([fault("ECONNREFUSED", "connect ECONNREFUSED ::1")]))).toBe(true);
  });

  it("that is a collision can be repeated", () => {
    expect(isCollision(fault("XX000", "tuple concurrently updated"))).toBe(true);
    const made = (name: string) => fault("23505", `duplicate key value violates unique constraint "${name}"`);
    expect(isCollision(made("pg_db_role_setting_databaseid_rol_index"))).toBe(true);
    expect(isCollision(made("orders_pkey"))).toBe(false);
    expect(isCollision(fault("XX000", "cache lookup failed"))).toBe(false);
  });

  it("is told with its state, detail and hint, and without secrets", () => {
    const error = fault("42601", 'syntax error at "hunter2"', { detail: "near hunter2.", hint: "Try again." });
    expect(inWords(error, ["hunter2", undefined])).toBe(
      'syntax error at "[secret]" (SQLSTATE 42601). near [secret]. Try again',
    );
  });
});
