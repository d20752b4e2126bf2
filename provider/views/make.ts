import { setTimeout as sleep } from "node:timers/promises";
import { longestName } from "../../components/partitions/child-names.ts";
import type { IndexInput } from "../../components/partitions/inputs.ts";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { codeOf } from "../../toolchain/stand-ins/postgresql/faults.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { identifier, lockFor, type Session } from "../sql/connection.ts";
import { dependantsOf, type Found, findView, isAsMade } from "./found.ts";
import { copyGrants } from "./grants.ts";
import { type Declared, nameOf } from "./inputs.ts";

/** How often a lock is asked for that readers and a refresh stand in the way of: for about ten minutes. */
const attempts = 400;

/** Makes the view what is declared, in the transaction of the session; does nothing where it is that already. */
export async function settleView(session: Session, view: Declared, context: CallContext): Promise<void> {
  await lockFor(session, `view:${view.schema}.${view.name}`);
  const found = await findView(session, view);
  if (found === undefined) await build(session, view, view.name);
  else if (mustBeOurs(view, found) && (found.query !== view.query || !isAsMade(found))) {
    await replace(session, view, found, context);
  } else {
    await settleIndexes(session, view, found, context);
    if (found.owner !== view.role)
      await session.query(`ALTER MATERIALIZED VIEW ${nameOf(view, view.name)} OWNER TO ${identifier(view.role)}`);
  }
  await record(session, view);
}

function mustBeOurs(view: Declared, found: Found): true {
  const name = `${view.schema}.${view.name}`;
  if (!found.materialized) throw new UserError(`name: ${name} exists and is no materialized view; choose another name`);
  if (found.query === null)
    throw new UserError(
      `name: ${name} exists already, and was not made from this declaration; drop it (DROP MATERIALIZED VIEW ${name}), or choose another name`,
    );
  return true;
}

/** The new one is complete before the old one goes; readers see the one or the other. */
async function replace(session: Session, view: Declared, found: Found, context: CallContext): Promise<void> {
  const dependants = await dependantsOf(session, found);
  if (dependants.length > 0)
    throw new UserError(
      `query: cannot take the place of ${view.schema}.${view.name} while others depend on it: ${dependants.join(", ")}; drop them, run up, and make them again`,
    );
  const aside = short(view.name, "__new");
  await build(session, view, aside);
  await copyGrants(session, found.oid, nameOf(view, aside));
  await forItself(session, `DROP MATERIALIZED VIEW ${nameOf(view, view.name)}`, context);
  await session.query(`ALTER MATERIALIZED VIEW ${nameOf(view, aside)} RENAME TO ${identifier(view.name)}`);
  for (const index of view.indexes) await rename(session, view, indexAside(index), index.name);
}

/** Under another name its indexes have other names too. */
async function build(session: Session, view: Declared, name: string): Promise<void> {
  await session.query(`SET LOCAL ROLE ${identifier(view.role)}`);
  await session.query(`CREATE MATERIALIZED VIEW ${nameOf(view, name)} AS\n${view.query}\nWITH DATA`);
  for (const index of view.indexes) {
    const called = name === view.name ? index : { ...index, name: indexAside(index) };
    await session.query(createIndex(called, nameOf(view, name)));
  }
  await session.query("RESET ROLE");
}

async function settleIndexes(session: Session, view: Declared, found: Found, context: CallContext): Promise<void> {
  const on = nameOf(view, view.name);
  const stays = ({ name, fingerprint }: IndexInput) =>
    found.indexes.includes(name) && found.fingerprints[name] === fingerprint;
  for (const index of view.indexes.filter((each) => !stays(each))) {
    const there = found.indexes.includes(index.name);
    await session.query(createIndex(there ? { ...index, name: indexAside(index) } : index, on));
    if (!there) continue;
    await forItself(session, `DROP INDEX ${nameOf(view, index.name)}`, context);
    await rename(session, view, indexAside(index), index.name);
  }
  const gone = Object.keys(found.fingerprints).filter((name) => !view.indexes.some((index) => index.name === name));
  for (const name of gone) await forItself(session, `DROP INDEX IF EXISTS ${nameOf(view, name)}`, context);
}

async function record(session: Session, view: Declared): Promise<void> {
  const fingerprints = Object.fromEntries(view.indexes.map(({ name, fingerprint }) => [name, fingerprint]));
  await session.query(
    `INSERT INTO postgres_ha.materialized_views (schema, name, query, definition, indexes)
       VALUES ($1::text, $2::text, $3, pg_get_viewdef(format('%I.%I', $1::text, $2::text)::regclass), $4)
       ON CONFLICT (schema, name) DO UPDATE SET query = excluded.query, definition = excluded.definition, indexes = excluded.indexes,
         made_at = CASE WHEN materialized_views.query = excluded.query THEN materialized_views.made_at ELSE excluded.made_at END`,
    [view.schema, view.name, view.query, JSON.stringify(fingerprints)],
  );
}

/** Asks for less than a second at a time, so that readers who come behind do not wait for those before. */
async function forItself(session: Session, statement: string, { log, signal }: CallContext): Promise<void> {
  await session.query("SET LOCAL lock_timeout = '500ms'");
  for (let attempt = 1; ; attempt += 1) {
    await session.query("SAVEPOINT alone");
    try {
      await session.query(statement);
      break;
    } catch (error) {
      if (codeOf(error) !== "55P03" || attempt === attempts || signal?.aborted) throw error;
      await session.query("ROLLBACK TO alone");
      log("waits for a moment without readers");
      await sleep(1000);
    }
  }
  await session.query("SET LOCAL lock_timeout = DEFAULT");
}

/** An index of that name on something else is an error here, and not taken for this one. */
export function createIndex({ name, definition, unique }: IndexInput, on: string): string {
  return `CREATE ${unique ? "UNIQUE " : ""}INDEX ${identifier(name)} ON ${on} ${definition}`;
}

async function rename(session: Session, view: Declared, from: string, to: string): Promise<void> {
  await session.query(`ALTER INDEX ${nameOf(view, from)} RENAME TO ${identifier(to)}`);
}

function indexAside({ name }: IndexInput): string {
  return short(name, "__new");
}

function short(name: string, end: string): string {
  return `${name.slice(0, longestName - end.length)}${end}`;
}
