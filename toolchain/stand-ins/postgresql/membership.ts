import type { Session } from "./server.ts";
import { identifier } from "./sql.ts";

/**
 * Does the work as a member of the role: without being one, a provider user who is no superuser may neither give things to the
 * role nor take them from it. A membership that was missing is taken back afterwards.
 */
export async function asMemberOf<Result>(session: Session, role: string, work: () => Promise<Result>): Promise<Result> {
  const [me] = await session.query<{ name: string; allowed: boolean }>(
    // A superuser takes no members who are none; what the work itself may not do, it says.
    `SELECT current_user AS name, pg_has_role(current_user, r.oid, 'USAGE') OR r.rolsuper AS allowed
     FROM pg_roles r WHERE r.rolname = $1`,
    [role],
  );
  if (!me || me.allowed) return work();
  await session.query(`GRANT ${identifier(role)} TO ${identifier(me.name)}`);
  const leave = async () => {
    const [still] = await session.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
    if (still) await session.query(`REVOKE ${identifier(role)} FROM ${identifier(me.name)}`);
  };
  try {
    const result = await work();
    await leave();
    return result;
  } catch (error) {
    await leave().catch(() => undefined); // in a transaction that failed it is undone by itself
    throw error;
  }
}

/** Likewise, as a member of each of the roles. */
export function asMemberOfAll<Result>(
  session: Session,
  roles: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  const [first, ...rest] = new Set(roles);
  return first === undefined ? work() : asMemberOf(session, first, () => asMemberOfAll(session, rest, work));
}

/** Keeps other changes of the role away until the transaction ends; the real provider takes the same lock. */
export async function lockRole(session: Session, role: string): Promise<void> {
  await session.query("SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = $1", [role]);
}

/** Likewise of the database. */
export async function lockDatabase(session: Session, database: string): Promise<void> {
  await session.query("SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_database WHERE datname = $1", [database]);
}
