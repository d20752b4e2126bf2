import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { codeOf } from "../../toolchain/stand-ins/postgresql/faults.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { identifier, type Session, serverOf } from "../sql/connection.ts";
import { ensureSupport } from "../sql/support/index.ts";
import { failureOf } from "./failure.ts";
import type { Migration, MigrationsInputs, Statement } from "./inputs.ts";
import { planOf, refusal } from "./plan.ts";
import {
  checksumOf,
  type RecordRow,
  recordBegun,
  recordFinished,
  recordStatement,
  recordStatementBegun,
  recordsOf,
  recordWhole,
} from "./record.ts";
import { leftOver, mustBeValid } from "./unfinished-index.ts";

/**
 * How long a statement waits for a table that others use: whoever comes after it waits behind it. Then its transaction begins anew. A file may
 * set another lock_timeout in its transaction.
 */
const lockTimeout = "SET LOCAL lock_timeout = '3s'";
const lockAttempts = 20;

/** "It cannot run inside a transaction block", and "it ends the transaction that it is in". */
const outsideOnly = new Set(["25001", "2D000"]);

/** Runs what did not run yet. Each file has a connection of its own: what it sets ends with it. */
export async function runMigrations(inputs: MigrationsInputs, context: CallContext): Promise<void> {
  const server = serverOf(inputs.database, context);
  await server.transaction({ purpose: "prepare the record of migrations", run: ensureSupport });
  const records = await server.session({
    purpose: "read the record of migrations",
    run: (session) => recordsOf(session, inputs.history),
  });
  for (const migration of pendingOf(inputs, records)) {
    if (context.signal?.aborted) throw new UserError(`the run was cancelled before ${migration.name}`);
    context.log(`${migration.name} ...`);
    const ran = await untilLocked(context, () =>
      server.session({
        purpose: `run ${migration.name}`,
        run: (session) => runOnce(session, inputs, migration, context),
      }),
    );
    if (ran) context.tell(`ran ${migration.name}`);
  }
}

/** Between attempts nothing is locked, and those who waited behind go on. */
async function untilLocked<Result>({ log, signal }: CallContext, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (codeOf(error) !== "55P03" || attempt === lockAttempts || signal?.aborted) throw error;
      log("waits for a table that others use; postgres_ha.locks shows who");
      await sleep(1000);
    }
  }
}

function pendingOf({ history, files }: MigrationsInputs, records: readonly RecordRow[]): readonly Migration[] {
  const { pending, problems } = planOf(records, files);
  if (problems.length > 0) throw new UserError(`history "${history}": ${refusal(problems)}`);
  return pending;
}

/** Whether it ran: another `up`, or this one before its connection broke, may have run it meanwhile. */
async function runOnce(
  session: Session,
  inputs: MigrationsInputs,
  migration: Migration,
  context: CallContext,
): Promise<boolean> {
  await takeTurn(session, inputs, context);
  const records = await recordsOf(session, inputs.history);
  if (!pendingOf(inputs, records).includes(migration)) return false;
  if (migration.transaction) await runWhole(session, inputs, migration);
  else
    await runEach(
      session,
      inputs,
      migration,
      records.find(({ name }) => name === migration.name),
      context,
    );
  return true;
}

/**
 * Waits until no other session runs files of this set; ends with the session. It asks again and again: a session that waits inside the server keeps
 * CREATE INDEX CONCURRENTLY of the other one waiting for it.
 */
async function takeTurn(session: Session, { history }: MigrationsInputs, { log, signal }: CallContext): Promise<void> {
  for (;;) {
    const [answer] = await session.query<{ taken: boolean }>(
      "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken",
      [`postgres_ha:migrations:${history}`],
    );
    if (answer?.taken) return;
    if (signal?.aborted) throw new UserError("the run was cancelled");
    log("waits for another run of these files to end");
    await sleep(200);
  }
}

async function runWhole(session: Session, inputs: MigrationsInputs, migration: Migration): Promise<void> {
  await session.query("BEGIN");
  try {
    await session.query(lockTimeout);
    await session.query(`SET LOCAL ROLE ${identifier(inputs.role)}`);
    for (const statement of migration.statements) await run(session, inputs, migration, statement);
    await conclude(session, inputs, migration, fireDeferred);
    await back(session);
    await recordWhole(session, inputs, migration);
    await conclude(session, inputs, migration, "COMMIT");
  } catch (error) {
    await session.query("ROLLBACK").catch(() => undefined); // the connection may be what broke
    throw error;
  }
}

/** Statement by statement, each with its note; goes on where an earlier run stopped. */
async function runEach(
  session: Session,
  inputs: MigrationsInputs,
  migration: Migration,
  record: RecordRow | undefined,
  context: CallContext,
): Promise<void> {
  const done = record?.progress ?? [];
  mustBeAsTheyRan(migration, done);
  await recordBegun(session, inputs, migration);
  for (const [place, statement] of migration.statements.entries()) {
    if (place < done.length) {
      if (statement.setting) await asRole(session, inputs, () => run(session, inputs, migration, statement));
    } else {
      const interrupted = record?.begun === true && place === done.length;
      await runAlone(session, inputs, migration, statement, interrupted, context);
    }
  }
  await recordFinished(session, inputs, migration);
}

/** In a transaction with its note where it can be; else PostgreSQL refuses that before it does anything. */
async function runAlone(
  session: Session,
  inputs: MigrationsInputs,
  migration: Migration,
  statement: Statement,
  interrupted: boolean,
  context: CallContext,
): Promise<void> {
  if (await runNoted(session, inputs, migration, statement)) return;
  if (interrupted && (await leftOver(session, inputs, statement, context)) === "done") {
    return recordStatement(session, inputs, migration, statement);
  }
  await recordStatementBegun(session, inputs, migration);
  await asRole(session, inputs, () => run(session, inputs, migration, statement));
  await mustBeValid(session, inputs, migration, statement);
  await recordStatement(session, inputs, migration, statement);
}

async function runNoted(session: Session, inputs: MigrationsInputs, migration: Migration, statement: Statement) {
  await session.query("BEGIN");
  try {
    await session.query(lockTimeout);
    await asRole(session, inputs, async () => {
      await run(session, inputs, migration, statement);
      await conclude(session, inputs, migration, fireDeferred);
    });
    await recordStatement(session, inputs, migration, statement);
    await conclude(session, inputs, migration, "COMMIT");
    return true;
  } catch (error) {
    await session.query("ROLLBACK").catch(() => undefined);
    if (outsideOnly.has(codeOf(error))) return false;
    throw error;
  }
}

async function asRole(session: Session, { role }: MigrationsInputs, work: () => Promise<void>): Promise<void> {
  await session.query(`SET ROLE ${identifier(role)}`);
  await work().catch(async (error) => {
    await session.query("RESET ROLE").catch(() => undefined);
    throw error;
  });
  await back(session);
}

/** Whoever a file has become, the record is kept by the superuser. */
async function back(session: Session): Promise<void> {
  await session.query("RESET SESSION AUTHORIZATION");
  await session.query("RESET ROLE");
}

async function run(
  session: Session,
  { role }: MigrationsInputs,
  migration: Migration,
  statement: Statement,
): Promise<void> {
  try {
    if (statement.extension) await session.query("RESET ROLE");
    if (statement.data === undefined) await session.query(statement.sql);
    else await session.copy(statement.sql, statement.data);
    if (statement.extension) await session.query(`SET ROLE ${identifier(role)}`);
  } catch (error) {
    throw failureOf(migration, statement, role, error);
  }
}

/** Triggers that are deferred would otherwise run at COMMIT, as the superuser. */
const fireDeferred = "SET CONSTRAINTS ALL IMMEDIATE";

/** Constraints that are deferred speak here. */
async function conclude(
  session: Session,
  { role }: MigrationsInputs,
  migration: Migration,
  how: string,
): Promise<void> {
  try {
    await session.query(how);
  } catch (error) {
    const line = migration.statements.at(-1)?.line ?? 1;
    throw failureOf(migration, { line, sql: "COMMIT, with the constraints that were deferred" }, role, error);
  }
}

function mustBeAsTheyRan({ name, statements }: Migration, done: readonly string[]): void {
  const changed = done.findIndex((checksum, place) => {
    const statement = statements[place];
    return statement === undefined || checksumOf(statement) !== checksum;
  });
  if (changed === -1) return;
  const where = statements[changed] ? `, line ${statements[changed].line}` : "";
  throw new UserError(
    `${name}${where}: its first ${done.length} statements ran already, and statement ${changed + 1} has changed since; give it its old text back, and change what comes after them`,
  );
}
