import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import type { Session } from "../sql/connection.ts";
import { mebibytes } from "./refusals.ts";
import type { ConversionSpec } from "./spec.ts";

/** A standby that does not come nearer for this long is waited for no longer: its slot has a limit of its own. */
const longestWait = 60_000;

/** Rests after a batch, so that writers and standbys have the machine for their part of the time. */
export async function rest(
  session: Session,
  { convert }: ConversionSpec,
  worked: number,
  context: CallContext,
): Promise<void> {
  await sleep(Math.min(worked * convert.pause, 30_000));
  const limit = convert.replicationLag * 1024 * 1024;
  const until = Date.now() + longestWait;
  for (let told = false; Date.now() < until && !context.signal?.aborted; told = true) {
    const behind = await mostBehind(session);
    if (behind <= limit) return;
    if (!told) context.log(`waiting for a standby that is ${mebibytes(behind)} behind`);
    await sleep(500);
  }
}

async function mostBehind(session: Session): Promise<number> {
  const [row] = await session.query<{ behind: string | null }>(
    "SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn)) AS behind FROM pg_stat_replication WHERE state = 'streaming'",
  );
  return Number(row?.behind ?? 0);
}
