import { autoName } from "../framework/auto-name.ts";
import type { CheckFailure, Properties, ResourceType } from "../framework/types.ts";
import { checkKinds, flag, inputsFromLive, kept, mustText, text } from "../inputs.ts";
import {
  alterStatements,
  canonicalEncoding,
  createStatement,
  type DatabaseRow,
  databaseDefaults,
  databaseProperties,
  decidedByServer,
  fixedDifference,
} from "./database-attributes.ts";
import { codeOf } from "./faults.ts";
import { alreadyThere, markOf } from "./mark.ts";
import { asMemberOf } from "./membership.ts";
import { type Server, type Session, UserError } from "./server.ts";
import { identifier, literal } from "./sql.ts";

const token = "postgresql:index/database:Database";

const kinds = {
  allowConnections: "true or false",
  alterObjectOwnership: "true or false",
  connectionLimit: "a whole number",
  encoding: "a text",
  isTemplate: "true or false",
  lcCollate: "a text",
  lcCtype: "a text",
  name: "a text",
  owner: "a text",
  tablespaceName: "a text",
  template: "a text",
} as const;

/**
 * `postgresql.Database`. Its id is its name. A database is taken over only where its comment says that it was made for this very
 * resource, or where it is empty, has the declared owner and no comment: the trace of a run that was killed between the two steps.
 */
export const database: ResourceType<Server> = {
  inputs: Object.keys(kinds),
  required: [],
  replaceOn: ["encoding", "lcCollate", "lcCtype", "template"],

  schemaDefaults: databaseDefaults,
  computed: decidedByServer,
  canonical: canonicalEncoding,

  defaults: (inputs, olds, { urn }) => ({
    ...kept(decidedByServer, olds),
    ...inputs,
    name: inputs.name ?? autoName(urn),
  }),

  check,

  async create(server, inputs, { urn, log }) {
    const name = mustText(inputs, "name");
    const owner = text(inputs, "owner") ?? server.settings.databaseUsername;
    await server.session({
      purpose: `create the database "${name}"`,
      run: async (session) => {
        const made = await createUnlessThere(session, name, inputs, owner);
        const live = await readRow(session, name);
        if (!live) throw new Error("it is gone directly after it was made: somebody else drops it");
        if (!made) {
          if (live.mark !== markOf(urn) && !(await isRemnant(server, live, owner)))
            throw alreadyThere("database", token, urn, name);
          const difference = fixedDifference(inputs, live);
          if (difference)
            throw new UserError(
              `the database "${name}" exists already, and ${difference}. Drop it or change the program`,
            );
          log(`the database "${name}" is there already from a run that was interrupted; bringing it in line`);
          await change(session, server, name, inputs, live);
        }
        if (live.mark === null) {
          const comment = `COMMENT ON DATABASE ${identifier(name)} IS ${literal(markOf(urn))}`;
          await asMemberOf(session, owner, () => session.query(comment));
        }
      },
    });
    server.own.made(token, name);
    return { id: name, outputs: await outputsOf(server, name, inputs) };
  },

  async read(server, id, state, _, inputs) {
    const name = text(state, "name") ?? id;
    const row = await server.session({
      purpose: `read the database "${name}"`,
      run: (session) => readRow(session, name),
    });
    if (!row) return undefined;
    const live = databaseProperties(row, { ...state, ...inputs });
    return { id: name, inputs: inputsFromLive(inputs, live, databaseDefaults, decidedByServer), outputs: live };
  },

  async update(server, id, state, inputs) {
    const before = text(state, "name") ?? id;
    const name = mustText(inputs, "name");
    await server.session({
      purpose: `change the database "${before}"`,
      run: async (session) => {
        const old = before === name ? undefined : await readRow(session, before);
        if (old) {
          const rename = `ALTER DATABASE ${identifier(before)} RENAME TO ${identifier(name)}`;
          await asMemberOf(session, old.owner, () => session.query(rename));
        }
        const live = await readRow(session, name);
        if (!live) throw new Error(`it does not exist; \`pulumi refresh\` notes that, and the next \`up\` creates it`);
        await change(session, server, name, inputs, live);
      },
    });
    return outputsOf(server, name, inputs);
  },

  async delete(server, id, state, { log }) {
    const name = text(state, "name") ?? id;
    if (server.own.includes(token, name))
      return log(`the database "${name}" stays: its replacement is the same database`);
    await server.session({
      purpose: `drop the database "${name}"`,
      run: async (session) => {
        const live = await readRow(session, name);
        if (!live) return;
        if (live.datistemplate) await session.query(`ALTER DATABASE ${identifier(name)} IS_TEMPLATE false`);
        // FORCE ends the sessions that are connected to it.
        await asMemberOf(session, live.owner, () =>
          session.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`),
        );
      },
    });
  },
};

function check(inputs: Properties): readonly CheckFailure[] {
  const failures = checkKinds(inputs, kinds);
  if (Number(inputs.connectionLimit ?? -1) < -1) {
    const reason = `connectionLimit is ${inputs.connectionLimit}; -1 (no limit) or more is allowed`;
    failures.push({ property: "connectionLimit", reason });
  }
  for (const property of decidedByServer) {
    if (text(inputs, property)?.toUpperCase() !== "DEFAULT") continue;
    // After a refresh the state would hold the value that DEFAULT stood for, and the difference would replace the database.
    const reason = `${property} is "${inputs[property]}"; leave ${property} out to let the server decide, or name the value`;
    failures.push({ property, reason });
  }
  return failures;
}

/** True where the database was made now, false where it was there. */
async function createUnlessThere(session: Session, name: string, inputs: Properties, owner: string): Promise<boolean> {
  if (await readRow(session, name)) return false;
  try {
    await asMemberOf(session, owner, () => session.query(createStatement(name, inputs, owner)));
    return true;
  } catch (error) {
    // The statement of a killed run may still be at work in the server and win.
    if (codeOf(error) === "42P04" || codeOf(error) === "23505") return false;
    throw error;
  }
}

/** True for what a killed run leaves behind: a database with the declared owner, no comment and nothing in it. */
async function isRemnant(server: Server, live: DatabaseRow, owner: string): Promise<boolean> {
  if (live.mark !== null || live.owner !== owner || !live.datallowconn) return false;
  return server.session({
    purpose: `look into the database "${live.datname}"`,
    database: live.datname,
    run: async (session) => {
      // initdb's own objects have lower oids than any that a user makes.
      const [row] = await session.query<{ used: boolean }>(
        `SELECT EXISTS (SELECT FROM pg_class WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_namespace WHERE oid >= 16384)
           OR EXISTS (SELECT FROM pg_proc WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_type WHERE oid >= 16384)
           OR EXISTS (SELECT FROM pg_extension WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_largeobject_metadata) AS used`,
      );
      return row?.used === false;
    },
  });
}

async function change(
  session: Session,
  server: Server,
  name: string,
  wanted: Properties,
  live: DatabaseRow,
): Promise<void> {
  const owner = text(wanted, "owner") ?? live.owner;
  await asMemberOf(session, live.owner, async () => {
    for (const statement of alterStatements(name, wanted, live)) await session.query(statement);
    if (owner === live.owner) return;
    if (flag(wanted, "alterObjectOwnership")) await reassign(server, name, live.owner, owner);
    await asMemberOf(session, owner, () =>
      session.query(`ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(owner)}`),
    );
  });
}

/** Hands the objects in the database to its new owner. It takes a session in that database. */
async function reassign(server: Server, name: string, from: string, to: string): Promise<void> {
  await server.transaction({
    purpose: `hand the objects in the database "${name}" from the role "${from}" to "${to}"`,
    database: name,
    run: (session) =>
      asMemberOf(session, from, () =>
        asMemberOf(session, to, () => session.query(`REASSIGN OWNED BY ${identifier(from)} TO ${identifier(to)}`)),
      ),
  });
}

async function outputsOf(server: Server, name: string, inputs: Properties): Promise<Properties> {
  const row = await server.session({
    purpose: `read the database "${name}"`,
    run: (session) => readRow(session, name),
  });
  if (!row) throw new Error(`the database "${name}" is gone directly after it was written: somebody else drops it`);
  return databaseProperties(row, inputs);
}

async function readRow(session: Session, name: string): Promise<DatabaseRow | undefined> {
  const rows = await session.query<DatabaseRow>(
    `SELECT datname, pg_get_userbyid(datdba)::text AS owner, pg_encoding_to_char(encoding)::text AS encoding, datcollate::text, datctype::text,
       t.spcname::text AS tablespace, datconnlimit, datallowconn, datistemplate, shobj_description(d.oid, 'pg_database') AS mark
     FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = $1`,
    [name],
  );
  return rows[0];
}
