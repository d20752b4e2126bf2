import type { CheckFailure, Properties, ResourceType } from "../framework/types.ts";
import { checkKinds, inputsFromLive, present, text, texts } from "../inputs.ts";
import { unlessGone } from "./gone.ts";
import { asMemberOf, lockRole } from "./membership.ts";
import {
  type DefaultTarget,
  type DefaultType,
  defaultPrivilegesId,
  defaultStatements,
  defaultTargetOf,
  defaultTypes,
  privilegesProblem,
  samePrivileges,
  wantedPrivileges,
  withGrantOption,
} from "./privileges.ts";
import { type Server, UserError } from "./server.ts";

const kinds = {
  database: "a text",
  objectType: "a text",
  owner: "a text",
  privileges: "a list of texts",
  role: "a text",
  schema: "a text",
  withGrantOption: "true or false",
} as const;

const schemaDefaults = { withGrantOption: false };

/** `pg_default_acl.defaclobjtype` of each type; a routine is a function there. */
const catalogLetters: Readonly<Record<DefaultType, string>> = {
  table: "r",
  sequence: "S",
  function: "f",
  routine: "f",
  type: "T",
  schema: "n",
};

/** `postgresql.DefaultPrivileges`: what a role may do with what another role makes from now on. */
export const defaultPrivileges: ResourceType<Server> = {
  inputs: Object.keys(kinds),
  required: ["role", "database", "owner", "objectType", "privileges"],
  replaceOn: ["role", "database", "owner", "schema", "objectType", "withGrantOption"],
  schemaDefaults,
  sets: ["privileges"],
  deleteBeforeReplace: true,

  check,

  async create(server, inputs) {
    const target = defaultTargetOf(inputs);
    await write(server, target, wantedPrivileges(inputs), withGrantOption(inputs));
    return { id: defaultPrivilegesId(target), outputs: inputs };
  },

  async read(server, id, state, _, inputs) {
    if (text(state, "role") === undefined) {
      throw new UserError(
        `"${id}" cannot be imported: the real provider cannot import default privileges either; declare it anew`,
      );
    }
    const target = defaultTargetOf(state);
    const wanted = wantedPrivileges(inputs);
    const found = await granted(server, target);
    // As in the real provider, none at all means that they are gone.
    if (found === undefined || (found.privileges.length === 0 && wanted.length > 0)) return undefined;
    const same = samePrivileges(target.objectType, wanted, found.privileges, found.version);
    const live = present({ ...state, privileges: same ? state.privileges : found.privileges });
    return { id: defaultPrivilegesId(target), outputs: live, inputs: inputsFromLive(inputs, live, schemaDefaults) };
  },

  async update(server, _id, _state, inputs) {
    await write(server, defaultTargetOf(inputs), wantedPrivileges(inputs), withGrantOption(inputs));
    return inputs;
  },

  async delete(server, _id, state) {
    await unlessGone(write(server, defaultTargetOf(state), [], false));
  },
};

function check(inputs: Properties): readonly CheckFailure[] {
  const failures = checkKinds(inputs, kinds);
  const type = text(inputs, "objectType") as DefaultType | undefined;
  if (failures.length > 0 || type === undefined) return failures;
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  if (!defaultTypes.includes(type)) {
    fail("objectType", `objectType is "${type}"; ${defaultTypes.join(", ")} are allowed`);
    return failures;
  }
  if (type === "schema" && text(inputs, "schema") !== undefined) {
    fail("schema", 'schema is set; default privileges on schemas (objectType "schema") are about no schema');
  }
  if (inputs.withGrantOption === true && text(inputs, "role") === "public") {
    fail("withGrantOption", 'withGrantOption is true; it must be left out where role is "public"');
  }
  const problem = privilegesProblem(type, texts(inputs, "privileges"));
  if (problem !== undefined) fail("privileges", problem);
  return failures;
}

async function write(
  server: Server,
  target: DefaultTarget,
  privileges: readonly string[],
  grantOption: boolean,
): Promise<void> {
  await server.transaction({
    purpose: `change what "${target.role}" may do with each ${target.objectType} that "${target.owner}" makes`,
    database: target.database,
    run: async (session) => {
      await lockRole(session, target.owner);
      await asMemberOf(session, target.owner, async () => {
        for (const statement of defaultStatements(target, privileges, grantOption)) await session.query(statement);
      });
    },
  });
}

interface Granted {
  readonly privileges: readonly string[];
  readonly version: number;
}

/** `undefined` where one of them all does not exist. */
async function granted(server: Server, target: DefaultTarget): Promise<Granted | undefined> {
  const { role, owner, schema, objectType, database } = target;
  const rows = await unlessGone(
    server.session({
      purpose: `read what "${role}" may do with each ${objectType} that "${owner}" makes`,
      database,
      run: (session) =>
        session.query<Granted>(
          `SELECT array_remove(array_agg(DISTINCT entry.privilege_type), NULL) AS privileges,
             current_setting('server_version_num')::int / 10000 AS version
           FROM pg_roles maker
             JOIN (SELECT 0::oid AS oid, 'public' AS rolname UNION ALL SELECT oid, rolname FROM pg_roles) grantee ON grantee.rolname = $1
             JOIN (SELECT 0::oid AS oid, NULL AS nspname UNION ALL SELECT oid, nspname FROM pg_namespace) place
               ON place.nspname IS NOT DISTINCT FROM $3
             LEFT JOIN pg_default_acl acl
               ON acl.defaclrole = maker.oid AND acl.defaclnamespace = place.oid AND acl.defaclobjtype = $4
             LEFT JOIN LATERAL aclexplode(acl.defaclacl) entry ON entry.grantee = grantee.oid
           WHERE maker.rolname = $2
           GROUP BY maker.oid`,
          [role, owner, schema ?? null, catalogLetters[objectType]],
        ),
    }),
  );
  return rows?.[0];
}
