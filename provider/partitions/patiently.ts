import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../../toolchain/stand-ins/postgresql/faults.ts";
import type { Session } from "../sql/connection.ts";

const lockNotAvailable = "55P03";

/** A statement that needs a table for itself for a moment: waits for less than a second at a time, so that whoever comes behind it does not wait either. */
export async function patiently(session: Session, statement: string, attempts = 30): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.query("SET lock_timeout = '800ms'");
      await session.query(statement);
      return;
    } catch (error) {
      if (codeOf(error) !== lockNotAvailable || attempt === attempts) throw error;
      await sleep(100 * Math.min(attempt, 10));
    } finally {
      await session.query("RESET lock_timeout").catch(() => undefined);
    }
  }
}
