import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { isPassing } from "../../toolchain/stand-ins/postgresql/faults.ts";
import { type Connection, type Session, serverOf } from "../sql/connection.ts";
import { secondsToReach } from "../sql/patience.ts";
import { ensureSupport } from "../sql/support/index.ts";
import { refuseWhenCancelled } from "./at.ts";
import { type ConversionSpec, tableName } from "./spec.ts";
import { step } from "./steps.ts";

export type { ConversionSpec } from "./spec.ts";

/** A session lasts for so long at most: a failover is then waited for from not long before it, and other resources get their turn. */
const longestSession = 5000;

/**
 * Turns a plain table into a partitioned one while it is written to, or goes on where an earlier attempt has stopped; does nothing where it is partitioned.
 * Safe to call from two sessions at once: the second waits.
 * @param between Called after each step; for tests.
 * @throws {UserError} naming all that stands in the way, before anything is touched.
 */
export async function convertTable(
  connection: Connection,
  spec: ConversionSpec,
  context: CallContext,
  between: () => Promise<void> = async () => {},
): Promise<void> {
  const server = serverOf(connection, context);
  const told = new Set<string>();
  const once = (message: string) => {
    if (!told.has(message)) context.tell(message);
    told.add(message);
  };
  for (;;) {
    let began = Number.POSITIVE_INFINITY;
    try {
      const done = await server.session({
        purpose: `convert ${tableName(spec)}`,
        run: (session) => {
          began = Date.now();
          return someSteps(session, spec, context, between, once);
        },
      });
      if (done) return;
    } catch (error) {
      // A step can take longer than the patience with the server lasts: a failover in it is waited for anew.
      const long = Date.now() - began > secondsToReach * 1000;
      if (!long || !isPassing(error) || context.signal?.aborted) throw error;
    }
  }
}

async function someSteps(
  session: Session,
  spec: ConversionSpec,
  context: CallContext,
  between: () => Promise<void>,
  once: (message: string) => void,
): Promise<boolean> {
  const began = Date.now();
  await session.query("BEGIN");
  await ensureSupport(session);
  await session.query("COMMIT");
  await session.query("SET search_path = pg_catalog, pg_temp; SET DateStyle = ISO");
  const lock = `postgres_ha:conversion of ${tableName(spec)}`;
  const [taken] = await session.query<{ mine: boolean }>(
    "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine",
    [lock],
  );
  if (!taken?.mine) {
    once(
      `${tableName(spec)}: another session converts it (SELECT * FROM postgres_ha.conversions shows how far it is); waiting for it`,
    );
    await sleep(1000);
    return false;
  }
  for (;;) {
    refuseWhenCancelled(spec, context);
    const done = await step({ session, spec, context });
    await between();
    if (done || Date.now() - began > longestSession) return done;
  }
}
