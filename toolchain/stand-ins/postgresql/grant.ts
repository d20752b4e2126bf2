import type { CheckFailure, Properties, ResourceType } from "../framework/types.ts";
import { checkKinds, inputsFromLive, present, text, texts } from "../inputs.ts";
import { unlessGone } from "./gone.ts";
import { asMemberOfAll, lockDatabase, lockRole } from "./membership.ts";
import {
  grantId,
  grantStatement,
  type ObjectType,
  objectTypes,
  privilegesProblem,
  revokeStatement,
  samePrivileges,
  type Target,
  targetOf,
  wantedPrivileges,
  withGrantOption,
} from "./privileges.ts";
import { type Server, type Session, UserError } from "./server.ts";

const kinds = {
  database: "a text",
  objectType: "a text",
  objects: "a list of texts",
  privileges: "a list of texts",
  role: "a text",
  schema: "a text",
  withGrantOption: "true or false",
} as const;

const schemaDefaults = { withGrantOption: false };

/**
 * `postgresql.Grant`: what a role may do with one object, or with all objects of a type in a schema. Everything else that it could do with
 * them is taken from it. Grants on columns and on foreign data need the real plugin.
 */
export const grant: ResourceType<Server> = {
  inputs: Object.keys(kinds),
  required: ["role", "database", "objectType", "privileges"],
  replaceOn: ["role", "database", "schema", "objectType", "objects", "withGrantOption"],
  schemaDefaults,
  sets: ["objects", "privileges"],
  // Made first, the new grant would be undone by what removes the old one: they may be about the same objects.
  deleteBeforeReplace: true,

  check,

  async create(server, inputs) {
    const target = targetOf(inputs);
    await write(server, target, wantedPrivileges(inputs), inputs, "grant");
    return { id: grantId(target), outputs: inputs };
  },

  async read(server, id, state, _, inputs) {
    if (text(state, "role") === undefined) {
      throw new UserError(`"${id}" cannot be imported: the real provider cannot import grants either; declare it anew`);
    }
    const target = targetOf(state);
    const wanted = wantedPrivileges(inputs);
    const found = await unlessGone(
      server.session({
        purpose: `read what "${target.role}" may do`,
        database: target.database,
        run: (session) => differing(session, target, wanted),
      }),
    );
    if (found === undefined) return undefined;
    const live = present({ ...state, privileges: found === "as wanted" ? state.privileges : found });
    return { id: grantId(target), outputs: live, inputs: inputsFromLive(inputs, live, schemaDefaults) };
  },

  async update(server, _id, state, inputs) {
    await write(server, targetOf(inputs), wantedPrivileges(inputs), state, "change");
    return inputs;
  },

  async delete(server, _id, state) {
    await unlessGone(write(server, targetOf(state), [], state, "revoke"));
  },
};

function check(inputs: Properties): readonly CheckFailure[] {
  const failures = checkKinds(inputs, kinds);
  const type = text(inputs, "objectType") as ObjectType | undefined;
  if (failures.length > 0 || type === undefined) return failures;
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  if (!objectTypes.includes(type)) {
    fail("objectType", `objectType is "${type}"; this stand-in knows ${objectTypes.join(", ")}`);
    return failures;
  }
  const objects = texts(inputs, "objects");
  if (objects.length > 0 && (type === "database" || type === "schema")) {
    fail("objects", `objects is set; a grant on a ${type} is about that ${type} alone`);
  }
  const problem = privilegesProblem(type, texts(inputs, "privileges"));
  if (problem !== undefined) fail("privileges", problem);
  return failures;
}

/** Takes what the role has and gives it what is wanted, in one transaction: nobody sees it with neither. */
async function write(
  server: Server,
  target: Target,
  wanted: readonly string[],
  before: Properties,
  verb: "grant" | "change" | "revoke",
): Promise<void> {
  if (target.objectType !== "database" && target.schema === undefined) {
    throw new UserError(`a grant on a ${target.objectType} needs "schema"`);
  }
  await server.transaction({
    purpose: `${verb} what "${target.role}" may do with ${described(target)}`,
    database: target.database,
    run: async (session) => {
      await lockRole(session, target.role);
      if (target.objectType === "database") await lockDatabase(session, target.database);
      await asMemberOfAll(session, await owners(session, target), async () => {
        await session.query(revokeStatement(target, wantedPrivileges(before)));
        if (wanted.length > 0) await session.query(grantStatement(target, wanted, withGrantOption(before)));
        if (target.objects.length === 0) await restoreOwn(session, target);
      });
    },
  });
}

function described({ objectType, database, schema, objects }: Target): string {
  if (objectType === "database") return `the database "${database}"`;
  if (objectType === "schema") return `the schema "${schema}" of "${database}"`;
  const which = objects.length === 0 ? `every ${objectType}` : objects.map((each) => `"${each}"`).join(", ");
  return `${which} of the schema "${schema}" of "${database}"`;
}

/** Whose rights it takes to grant: a provider user who is no superuser becomes a member of them meanwhile. */
async function owners(session: Session, { objectType, schema }: Target): Promise<readonly string[]> {
  if (objectType === "database") return [];
  const rows = await session.query<{ owner: string }>(
    `SELECT DISTINCT pg_get_userbyid(CASE WHEN o.owner = 'pg_database_owner'::regrole THEN d.datdba ELSE o.owner END)::text AS owner
     FROM (SELECT nspowner FROM pg_namespace WHERE nspname = $1
           UNION SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = $1 AND $2 AND c.relkind IN ('r', 'p')) AS o(owner),
          pg_database d
     WHERE d.datname = current_database() ORDER BY 1`,
    [schema, objectType !== "schema"],
  );
  return rows.map(({ owner }) => owner);
}

/**
 * Each object with its privileges and its owner; an object that nobody was ever granted anything on has those that its type begins with. `object` is what
 * GRANT takes.
 */
const sources: Readonly<Record<ObjectType, string>> = {
  database: `SELECT datname, '', datdba, coalesce(datacl, acldefault('d', datdba)) FROM pg_database
    WHERE datname = coalesce($2, current_database())`,
  schema:
    "SELECT nspname, '', nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace WHERE nspname = $2",
  table: relations("r", "r", "p", "v", "m", "f"),
  sequence: relations("s", "S"),
  function: routines("f", "a", "w"),
  procedure: routines("p"),
  routine: routines("f", "a", "w", "p"),
};

// The real provider looks at ordinary tables only; GRANT ON ALL TABLES is about all of these.
function relations(defaults: "r" | "s", ...relkinds: string[]): string {
  return `SELECT relname, relname::text, relowner, coalesce(relacl, acldefault('${defaults}', relowner)) FROM pg_class
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2) AND relkind IN (${quoted(relkinds)})`;
}

function routines(...prokinds: string[]): string {
  return `SELECT proname, proname || '(' || pg_get_function_identity_arguments(oid) || ')', proowner,
      coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
    WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2) AND prokind IN (${quoted(prokinds)})`;
}

/**
 * Gives back to the role what a REVOKE on all objects has taken from it as an owner. The real provider leaves an owner without the rights on its own
 * tables, and whoever they are handed to as well.
 */
async function restoreOwn(session: Session, target: Target): Promise<void> {
  const owned = await session.query<{ object: string }>(
    `SELECT object FROM (${sources[target.objectType]}) AS objects(name, object, owner, acl)
     WHERE owner = (SELECT oid FROM pg_roles WHERE rolname = $1) ORDER BY object`,
    [target.role, target.objectType === "database" ? null : target.schema],
  );
  if (owned.length === 0) return;
  const objects = owned.map(({ object }) => object).filter((object) => object !== "");
  await session.query(grantStatement({ ...target, objects }, ["ALL"], false));
}

function quoted(letters: readonly string[]): string {
  return letters.map((letter) => `'${letter}'`).join(", ");
}

/** The privileges on the first object where they are not what is wanted; `undefined` where role or schema are gone. */
async function differing(
  session: Session,
  { role, schema, objectType, objects }: Target,
  wanted: readonly string[],
): Promise<readonly string[] | "as wanted" | undefined> {
  const [place] = await session.query<{ there: boolean; version: number }>(
    `SELECT ($1 = 'public' OR EXISTS (SELECT FROM pg_roles WHERE rolname = $1))
       AND ($2::text IS NULL OR EXISTS (SELECT FROM pg_namespace WHERE nspname = $2)) AS there,
       current_setting('server_version_num')::int / 10000 AS version`,
    [role, objectType === "database" ? null : schema],
  );
  if (!place?.there) return undefined;
  const rows = await session.query<{ name: string; privileges: string[] }>(
    `WITH objects(name, object, owner, acl) AS (${sources[objectType]}),
       grantee(oid) AS (SELECT CASE WHEN $1 = 'public' THEN 0::oid ELSE (SELECT oid FROM pg_roles WHERE rolname = $1) END)
     SELECT name, array_remove(array_agg(DISTINCT privilege_type ORDER BY privilege_type), NULL) AS privileges
     FROM grantee CROSS JOIN objects LEFT JOIN LATERAL aclexplode(acl) AS entry ON entry.grantee = grantee.oid
     WHERE objects.owner <> grantee.oid
     GROUP BY name ORDER BY name`,
    [role, objectType === "database" ? null : schema],
  );
  const named = new Set(objects.map((object) => object.split("(")[0]));
  const asked = rows.filter(({ name }) => named.size === 0 || named.has(name));
  const other = asked.find(({ privileges }) => !samePrivileges(objectType, wanted, privileges, place.version));
  return other === undefined ? "as wanted" : other.privileges;
}
