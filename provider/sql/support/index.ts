import { createHash } from "node:crypto";
import { identifier, lockFor, type Session } from "../connection.ts";
import { archive } from "./archive.ts";
import { conversion } from "./conversion.ts";
import { foundation, supportSchema } from "./foundation.ts";
import { migrationRecords } from "./migrations.ts";
import { operations } from "./operations.ts";
import { partitions } from "./partitions.ts";
import { materializedViews } from "./views.ts";

export { supportSchema } from "./foundation.ts";

/** What the resources of this provider need in a database, in order. Each text can run again and again, and loses nothing. */
const parts: readonly string[] = [
  foundation,
  archive,
  conversion,
  migrationRecords,
  operations,
  partitions,
  materializedViews,
];

/** Tells whether a database has what this version of the library knows. */
export const fingerprint = createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);

/**
 * Makes schema `postgres_ha` of a database what this version of the library knows, in the transaction of the session; does nothing where it is that already.
 * Names are PostgreSQL's own meanwhile, wherever the owner of the database lets them be looked up.
 */
export async function ensureSupport(session: Session): Promise<void> {
  const [before] = await session.query<{ path: string }>("SELECT pg_catalog.current_setting('search_path') AS path");
  await session.query("SET LOCAL search_path = pg_catalog, pg_temp");
  await makeSupport(session);
  await session.query("SELECT pg_catalog.set_config('search_path', $1, true)", [before?.path]);
}

async function makeSupport(session: Session): Promise<void> {
  await lockFor(session, "support");
  const [found] = await session.query<{ comment: string | null }>(
    "SELECT obj_description(oid, 'pg_namespace') AS comment FROM pg_namespace WHERE nspname = $1",
    [supportSchema],
  );
  if (found?.comment === commentOf(fingerprint)) return;
  for (const part of parts) await session.query(part);
  await session.query(`COMMENT ON SCHEMA ${identifier(supportSchema)} IS '${commentOf(fingerprint)}'`);
}

function commentOf(version: string): string {
  return `pulumi-postgres-ha: what its resources keep and call, version ${version}`;
}
