import { autoName } from "../framework/auto-name.ts";
import type { CheckFailure, Properties, ResourceType } from "../framework/types.ts";
import { checkKinds, flag, inputsFromLive, mustText, present, text, texts } from "../inputs.ts";
import { alreadyThere, markOf } from "./mark.ts";
import { asMemberOf, lockRole } from "./membership.ts";
import {
  attributeOptions,
  type RoleRow,
  roleDefaults,
  roleProperties,
  settingStatements,
  validUntil,
} from "./role-attributes.ts";
import { type Server, type Session, UserError } from "./server.ts";
import { identifier, literal } from "./sql.ts";

const token = "postgresql:index/role:Role";

const kinds = {
  assumeRole: "a text",
  bypassRowLevelSecurity: "true or false",
  connectionLimit: "a whole number",
  createDatabase: "true or false",
  createRole: "true or false",
  encryptedPassword: "true or false",
  idleInTransactionSessionTimeout: "a whole number",
  inherit: "true or false",
  login: "true or false",
  name: "a text",
  password: "a text",
  passwordWo: "a text",
  passwordWoVersion: "a text",
  replication: "true or false",
  roles: "a list of texts",
  searchPaths: "a list of texts",
  skipDropRole: "true or false",
  skipReassignOwned: "true or false",
  statementTimeout: "a whole number",
  superuser: "true or false",
  validUntil: "a text",
} as const;

/** `postgresql.Role`. Its id is its name. A role is taken over only where its comment says that it was made for this very resource. */
export const role: ResourceType<Server> = {
  inputs: Object.keys(kinds),
  required: [],
  replaceOn: [],
  schemaDefaults: roleDefaults,
  sets: ["roles"],
  secretOutputs: ["password"],

  defaults: (inputs, _, { urn }) => ({ ...inputs, name: inputs.name ?? autoName(urn) }),

  check,

  async create(server, given, { urn, log }) {
    const inputs = { ...roleDefaults, ...given };
    const name = mustText(inputs, "name");
    await server.transaction({
      purpose: `create the role "${name}"`,
      secrets: passwordsOf(inputs),
      run: async (session) => {
        const live = await readRow(session, name, inputs);
        if (live && live.mark !== markOf(urn)) throw alreadyThere("role", token, urn, name);
        if (live) {
          log(`the role "${name}" is there already from a run that was interrupted; bringing it in line`);
          await change(session, name, inputs, roleProperties(live, {}), live);
        } else {
          await session.query(`CREATE ROLE ${identifier(name)} WITH ${attributeOptions(inputs).join(" ")}`);
          await session.query(`COMMENT ON ROLE ${identifier(name)} IS ${literal(markOf(urn))}`);
          await apply(session, name, inputs, {}, []);
        }
        await setPassword(session, name, inputs);
      },
    });
    server.own.made(token, name);
    return { id: name, outputs: await outputsOf(server, name, inputs) };
  },

  async read(server, id, state, _, inputs) {
    const name = text(state, "name") ?? id;
    const row = await server.session({
      purpose: `read the role "${name}"`,
      run: (session) => readRow(session, name, state),
    });
    if (!row) return undefined;
    const live = roleProperties(row, { ...state, ...inputs });
    return { id: name, inputs: inputsFromLive(inputs, live, roleDefaults), outputs: present(live) };
  },

  async update(server, id, state, given) {
    const inputs = { ...roleDefaults, ...given };
    const before = text(state, "name") ?? id;
    const name = mustText(inputs, "name");
    await server.transaction({
      purpose: `change the role "${before}"`,
      secrets: [...passwordsOf(inputs), ...passwordsOf(state)],
      run: async (session) => {
        await lockRole(session, before);
        // A repeated run finds the new name: the connection broke while the first one committed.
        if (before !== name && (await readRow(session, before, inputs))) {
          await session.query(`ALTER ROLE ${identifier(before)} RENAME TO ${identifier(name)}`);
        }
        const live = await readRow(session, name, inputs);
        if (!live)
          throw new Error(
            `role "${name}" does not exist; \`pulumi refresh\` notes that, and the next \`up\` creates it`,
          );
        await change(session, name, inputs, state, live);
        // MD5 passwords are salted with the name, so a renamed role needs its password again.
        if (before !== name || passwordChanged(inputs, state)) await setPassword(session, name, inputs);
      },
    });
    return outputsOf(server, name, inputs);
  },

  async delete(server, id, state, { log }) {
    const name = text(state, "name") ?? id;
    if (server.own.includes(token, name)) return log(`the role "${name}" stays: its replacement is the same role`);
    const dropped = server.transaction({
      purpose: `drop the role "${name}"`,
      run: async (session) => {
        await lockRole(session, name);
        if (!(await readRow(session, name, state))) return;
        if (!flag(state, "skipReassignOwned")) {
          const heir = identifier(server.settings.databaseUsername);
          await asMemberOf(session, name, async () => {
            await session.query(`REASSIGN OWNED BY ${identifier(name)} TO ${heir}`);
            await session.query(`DROP OWNED BY ${identifier(name)}`);
          });
        }
        if (!flag(state, "skipDropRole")) await session.query(`DROP ROLE ${identifier(name)}`);
      },
    });
    await dropped.catch((error: unknown) => {
      if (!(error instanceof UserError) || error.code !== "2BP01") throw error;
      const heir = identifier(server.settings.databaseUsername);
      throw new UserError(
        `${error.message}. Nothing was changed. In each of these databases hand over what it owns, and take its privileges: REASSIGN OWNED BY ${identifier(name)} TO ${heir}; DROP OWNED BY ${identifier(name)}`,
        error.code,
      );
    });
  },
};

function check(inputs: Properties): readonly CheckFailure[] {
  const failures = checkKinds(inputs, kinds);
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  for (const property of ["statementTimeout", "idleInTransactionSessionTimeout"]) {
    if (Number(inputs[property] ?? 0) < 0)
      fail(property, `${property} is ${inputs[property]}; 0 or more milliseconds are allowed`);
  }
  if (Number(inputs.connectionLimit ?? -1) < -1) {
    fail("connectionLimit", `connectionLimit is ${inputs.connectionLimit}; -1 (no limit) or more is allowed`);
  }
  if (inputs.encryptedPassword === false) {
    fail(
      "encryptedPassword",
      "encryptedPassword is false; PostgreSQL 10 and later store no password in clear, so only true is allowed",
    );
  }
  if (inputs.password !== undefined && inputs.passwordWo !== undefined) {
    fail("passwordWo", "password and passwordWo are both set; set one of them");
  }
  if ((inputs.passwordWo === undefined) !== (inputs.passwordWoVersion === undefined)) {
    fail(
      "passwordWoVersion",
      "passwordWo and passwordWoVersion go together: a new version is what makes a new password take effect",
    );
  }
  const commas = texts(inputs, "searchPaths").find((path) => path.includes(", "));
  if (commas) fail("searchPaths", `searchPaths holds "${commas}"; give each schema as a text of its own`);
  return failures;
}

/** Brings a role that exists in line, its password excepted. */
async function change(
  session: Session,
  name: string,
  wanted: Properties,
  before: Properties,
  live: RoleRow,
): Promise<void> {
  const options = attributeOptions(wanted, live);
  if (options.length > 0) await session.query(`ALTER ROLE ${identifier(name)} WITH ${options.join(" ")}`);
  await apply(session, name, wanted, before, live.memberof);
}

async function apply(
  session: Session,
  name: string,
  wanted: Properties,
  before: Properties,
  memberOf: readonly string[],
): Promise<void> {
  const roles = texts(wanted, "roles");
  // Memberships that were never declared here are others' (`postgresql.GrantRole`, a DBA) and stay.
  const given = roles.length > 0 ? memberOf : texts(before, "roles").filter((each) => memberOf.includes(each));
  for (const each of given.filter((each) => !roles.includes(each))) {
    await session.query(`REVOKE ${identifier(each)} FROM ${identifier(name)}`);
  }
  for (const each of roles.filter((each) => !memberOf.includes(each))) {
    await session.query(`GRANT ${identifier(each)} TO ${identifier(name)}`);
  }
  for (const statement of settingStatements(name, wanted, before)) await session.query(statement);
}

async function setPassword(session: Session, name: string, inputs: Properties): Promise<void> {
  const password = text(inputs, "passwordWo") ?? text(inputs, "password");
  if (password === undefined) return;
  // "NULL" takes the password away, as in the real provider.
  const value = password.toUpperCase() === "NULL" ? "NULL" : literal(password);
  await session.query(`ALTER ROLE ${identifier(name)} PASSWORD ${value}`);
}

function passwordChanged(inputs: Properties, state: Properties): boolean {
  return inputs.passwordWoVersion !== state.passwordWoVersion || inputs.password !== state.password;
}

function passwordsOf(properties: Properties): readonly (string | undefined)[] {
  return [text(properties, "password"), text(properties, "passwordWo")];
}

async function outputsOf(server: Server, name: string, inputs: Properties): Promise<Properties> {
  const row = await server.session({
    purpose: `read the role "${name}"`,
    run: (session) => readRow(session, name, inputs),
  });
  if (!row) throw new Error(`the role "${name}" is gone directly after it was written: somebody else drops it`);
  return present(roleProperties(row, inputs));
}

async function readRow(session: Session, name: string, wanted: Properties): Promise<RoleRow | undefined> {
  const rows = await session.query<RoleRow>(
    `SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit,
       coalesce(rolvaliduntil::text, 'infinity') AS validuntil,
       coalesce(rolvaliduntil, 'infinity') = $2::timestamptz AS samevaliduntil,
       rolconfig,
       ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = r.oid ORDER BY 1) AS memberof,
       shobj_description(oid, 'pg_authid') AS mark
     FROM pg_roles r WHERE rolname = $1`,
    [name, validUntil(wanted)],
  );
  return rows[0];
}
