import { createHash } from "node:crypto";
import { longestName } from "../../components/partitions/child-names.ts";
import type { IndexInput } from "../../components/partitions/inputs.ts";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { identifier, literal, type Session } from "../sql/connection.ts";
import { type Declared, tableOf } from "./inputs.ts";
import { patiently } from "./patiently.ts";

/** An index of the table that is there. */
export interface FoundIndex {
  readonly name: string;
  readonly valid: boolean;
  /** What it was made from; null where something else made it. */
  readonly fingerprint: string | null;
}

const mark = "pulumi-postgres-ha: ";

export async function findIndexes(session: Session, declared: Declared): Promise<readonly FoundIndex[]> {
  return session.query<{ name: string; valid: boolean; fingerprint: string | null }>(
    `SELECT c.relname AS name, i.indisvalid AS valid, substring(obj_description(c.oid, 'pg_class') FROM ${literal(`^${mark}(.*)$`)}) AS fingerprint
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1::regclass`,
    [tableOf(declared)],
  );
}

/**
 * Makes the indexes what is declared. Writers are never kept waiting for long: on a table with rows an index is built on each partition CONCURRENTLY
 * and attached. An index of a declared name that something else made is left as it is. Safe to repeat: it goes on where it was.
 */
export async function settleIndexes(
  session: Session,
  declared: Declared,
  before: readonly IndexInput[],
  context: CallContext,
): Promise<void> {
  const wanted = declared.indexes;
  const removed = before.filter(({ name }) => !wanted.some((index) => index.name === name));
  const found = await findIndexes(session, declared);
  for (const index of wanted) {
    const there = found.find(({ name }) => name === index.name);
    if (there?.fingerprint === null) {
      context.tell(`index ${index.name} of ${declared.table} exists already, and is taken as it is`);
      await session.query(
        `COMMENT ON INDEX ${qualified(declared, index.name)} IS ${literal(mark + index.fingerprint)}`,
      );
    } else if (there === undefined || !there.valid || there.fingerprint !== index.fingerprint) {
      await build(session, declared, index, there, context);
    }
  }
  for (const { name } of removed) await patiently(session, `DROP INDEX IF EXISTS ${qualified(declared, name)}`);
}

function createIndex(index: IndexInput, on: string, how = ""): string {
  const unique = index.unique ? "UNIQUE " : "";
  return `CREATE ${unique}INDEX ${how}IF NOT EXISTS ${identifier(index.name)} ON ${on} ${index.definition}`;
}

async function build(
  session: Session,
  declared: Declared,
  index: IndexInput,
  there: FoundIndex | undefined,
  context: CallContext,
): Promise<void> {
  const changed = there !== undefined && there.fingerprint !== index.fingerprint;
  // The old one serves until the new one does.
  const aside = `${index.name.slice(0, longestName - 4)}_old`;
  if (changed) {
    await patiently(session, `DROP INDEX IF EXISTS ${qualified(declared, aside)}`);
    await patiently(session, `ALTER INDEX ${qualified(declared, index.name)} RENAME TO ${identifier(aside)}`);
  }
  await patiently(session, createIndex(index, `ONLY ${tableOf(declared)}`));
  await session.query(`COMMENT ON INDEX ${qualified(declared, index.name)} IS ${literal(mark + index.fingerprint)}`);
  for (const child of await withoutIndex(session, declared, index.name)) {
    const name = childIndexName(declared.table, child, index);
    const full = qualified(declared, name);
    context.log(`index ${name}`);
    const [broken] = await session.query<{ valid: boolean }>(
      "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)",
      [full],
    );
    if (broken?.valid === false) await session.query(`DROP INDEX CONCURRENTLY ${full}`);
    await session.query(createIndex({ ...index, name }, qualified(declared, child), "CONCURRENTLY "));
    await patiently(session, `ALTER INDEX ${qualified(declared, index.name)} ATTACH PARTITION ${full}`);
  }
  if (changed) await patiently(session, `DROP INDEX IF EXISTS ${qualified(declared, aside)}`);
}

/** The partitions, DEFAULT among them, that an index of the table does not cover yet. */
async function withoutIndex(session: Session, declared: Declared, index: string): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass AND NOT EXISTS (
       SELECT FROM pg_inherits own JOIN pg_index x ON x.indexrelid = own.inhrelid
       WHERE own.inhparent = $2::regclass AND x.indrelid = c.oid)
     ORDER BY c.relname`,
    [tableOf(declared), qualified(declared, index)],
  );
  return rows.map(({ name }) => name);
}

/** The same for one child and one definition each time, and never longer than PostgreSQL takes. */
export function childIndexName(table: string, child: string, index: Pick<IndexInput, "name" | "fingerprint">): string {
  const rest = index.name.startsWith(`${table}_`) ? index.name.slice(table.length) : `_${index.name}`;
  const end = `_${index.fingerprint}`;
  const name = `${child}${rest}${end}`;
  if (name.length <= longestName) return name;
  const cut = `_${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;
  return `${name.slice(0, longestName - cut.length)}${cut}`;
}

function qualified({ schema }: Declared, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}
