import { identifier, literal, type Session } from "../sql/connection.ts";

interface Granted {
  /** Null for PUBLIC. */
  readonly grantee: string | null;
  readonly privilege: string;
  readonly column: string | null;
  readonly grantable: boolean;
}

/** Gives a new view the grants and the comment of the one whose place it takes, and no others. */
export async function copyGrants(session: Session, from: number, to: string): Promise<void> {
  const given = await grantsOf(session, `${from}`);
  for (const grantee of new Set((await grantsOf(session, to)).map(({ grantee }) => grantee)))
    await session.query(`REVOKE ALL ON ${to} FROM ${nameOf(grantee)}`);
  for (const grant of given) await session.query(grantText(to, grant));
  const [{ comment } = { comment: null }] = await session.query<{ comment: string | null }>(
    "SELECT obj_description($1::oid, 'pg_class') AS comment",
    [from],
  );
  if (comment !== null) await session.query(`COMMENT ON MATERIALIZED VIEW ${to} IS ${literal(comment)}`);
}

function grantsOf(session: Session, relation: string): Promise<readonly Granted[]> {
  return session.query<Granted & Record<string, unknown>>(
    `SELECT g.rolname AS grantee, a.privilege_type AS privilege, acl.column, a.is_grantable AS grantable
     FROM pg_class c
     CROSS JOIN LATERAL (SELECT c.relacl AS items, NULL::name AS column
       UNION ALL SELECT t.attacl, t.attname FROM pg_attribute t WHERE t.attrelid = c.oid AND NOT t.attisdropped) AS acl
     CROSS JOIN LATERAL aclexplode(acl.items) AS a
     LEFT JOIN pg_roles g ON g.oid = a.grantee
     WHERE c.oid = $1::regclass AND a.grantee <> c.relowner`,
    [relation],
  );
}

export function grantText(to: string, { grantee, privilege, column, grantable }: Granted): string {
  const what = column === null ? privilege : `${privilege} (${identifier(column)})`;
  return `GRANT ${what} ON ${to} TO ${nameOf(grantee)}${grantable ? " WITH GRANT OPTION" : ""}`;
}

function nameOf(grantee: string | null): string {
  return grantee === null ? "PUBLIC" : identifier(grantee);
}
