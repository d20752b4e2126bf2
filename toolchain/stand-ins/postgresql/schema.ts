import { autoName } from "../framework/auto-name.ts";
import type { Properties, ResourceType } from "../framework/types.ts";
import { checkKinds, flag, inputsFromLive, kept, mustText, text } from "../inputs.ts";
import { unlessGone } from "./gone.ts";
import { asMemberOf, asMemberOfAll } from "./membership.ts";
import { placeOf } from "./place.ts";
import { type Server, type Session, UserError } from "./server.ts";
import { identifier } from "./sql.ts";

const token = "postgresql:index/schema:Schema";

const kinds = {
  database: "a text",
  dropCascade: "true or false",
  ifNotExists: "true or false",
  name: "a text",
  owner: "a text",
} as const;

const schemaDefaults = { ifNotExists: true, dropCascade: false };
const decidedByServer = ["database", "owner"];

/** `postgresql.Schema`. Its id is `DATABASE.SCHEMA`. A schema that is there already is taken over, as by the real provider, unless `ifNotExists` is false. */
export const schema: ResourceType<Server> = {
  inputs: Object.keys(kinds),
  required: [],
  replaceOn: ["database"],
  schemaDefaults,
  computed: decidedByServer,

  defaults: (inputs, olds, { urn }) => ({
    ...kept(decidedByServer, olds),
    ...inputs,
    name: inputs.name ?? autoName(urn),
  }),

  check: (inputs) => checkKinds(inputs, kinds),

  async create(server, inputs) {
    const name = mustText(inputs, "name");
    const database = text(inputs, "database") ?? server.settings.database;
    const outputs = await server.transaction({
      purpose: `create the schema "${name}"`,
      database,
      run: async (session) => {
        const owner = text(inputs, "owner");
        if ((await ownerOf(session, name)) === undefined) {
          const roles = [await databaseOwner(session), ...(owner === undefined ? [] : [owner])];
          const authorization = owner === undefined ? "" : ` AUTHORIZATION ${identifier(owner)}`;
          // IF NOT EXISTS: another session may make it now.
          const unless = inputs.ifNotExists === false ? "" : "IF NOT EXISTS ";
          await asMemberOfAll(session, roles, () =>
            session.query(`CREATE SCHEMA ${unless}${identifier(name)}${authorization}`),
          );
        } else if (inputs.ifNotExists === false) {
          throw new UserError(
            `the schema "${name}" exists already in "${database}"; leave ifNotExists out to take it over`,
          );
        }
        return change(session, name, database, inputs);
      },
    });
    const id = `${database}.${name}`;
    server.own.made(token, id);
    return { id, outputs };
  },

  async read(server, id, state, _, inputs) {
    const { database, name } = placeOf("schema", id, state, server);
    const owner = await unlessGone(
      server.session({ purpose: `read the schema "${name}"`, database, run: (session) => ownerOf(session, name) }),
    );
    if (owner === undefined) return undefined;
    const live = outputsOf(name, database, owner, { ...state, ...inputs });
    return { id, inputs: inputsFromLive(inputs, live, schemaDefaults, decidedByServer), outputs: live };
  },

  update(server, id, state, inputs) {
    const { database, name: before } = placeOf("schema", id, state, server);
    const name = mustText(inputs, "name");
    return server.transaction({
      purpose: `change the schema "${before}"`,
      database,
      run: async (session) => {
        // A repeated run finds the new name: the connection broke while the first one committed.
        const owner = before === name ? undefined : await ownerOf(session, before);
        if (owner !== undefined) {
          await asMemberOfAll(session, [await databaseOwner(session), owner], () =>
            session.query(`ALTER SCHEMA ${identifier(before)} RENAME TO ${identifier(name)}`),
          );
        }
        return change(session, name, database, inputs);
      },
    });
  },

  async delete(server, id, state, { log }) {
    const { database, name } = placeOf("schema", id, state, server);
    if (server.own.includes(token, `${database}.${name}`)) {
      return log(`the schema "${name}" stays: its replacement is the same schema`);
    }
    const mode = flag(state, "dropCascade") ? "CASCADE" : "RESTRICT";
    await unlessGone(
      server.transaction({
        purpose: `drop the schema "${name}"`,
        database,
        run: async (session) => {
          const owner = await ownerOf(session, name);
          if (owner === undefined) return;
          await asMemberOf(session, owner, () => session.query(`DROP SCHEMA ${identifier(name)} ${mode}`));
        },
      }),
    );
  },
};

/** Brings the owner in line where one is declared, and tells what holds then. */
async function change(session: Session, name: string, database: string, wanted: Properties): Promise<Properties> {
  const live = await ownerOf(session, name);
  if (live === undefined)
    throw new Error("it does not exist; `pulumi refresh` notes that, and the next `up` creates it");
  const owner = text(wanted, "owner") ?? live;
  if (owner !== live) {
    await asMemberOfAll(session, [await databaseOwner(session), live, owner], () =>
      session.query(`ALTER SCHEMA ${identifier(name)} OWNER TO ${identifier(owner)}`),
    );
  }
  return outputsOf(name, database, owner, wanted);
}

function outputsOf(name: string, database: string, owner: string, flags: Properties): Properties {
  return { name, database, owner, ifNotExists: flags.ifNotExists !== false, dropCascade: flag(flags, "dropCascade") };
}

async function ownerOf(session: Session, name: string): Promise<string | undefined> {
  const [row] = await session.query<{ owner: string }>(
    "SELECT pg_get_userbyid(nspowner)::text AS owner FROM pg_namespace WHERE nspname = $1",
    [name],
  );
  return row?.owner;
}

async function databaseOwner(session: Session): Promise<string> {
  const [row] = await session.query<{ owner: string }>(
    "SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = current_database()",
  );
  if (row === undefined) throw new Error("the database has no owner");
  return row.owner;
}
