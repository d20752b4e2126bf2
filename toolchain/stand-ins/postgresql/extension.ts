import type { Properties, ResourceType } from "../framework/types.ts";
import { checkKinds, flag, inputsFromLive, kept, mustText, text } from "../inputs.ts";
import { unlessGone } from "./gone.ts";
import { placeOf } from "./place.ts";
import type { Server, Session } from "./server.ts";
import { identifier } from "./sql.ts";

const token = "postgresql:index/extension:Extension";

const kinds = {
  createCascade: "true or false",
  database: "a text",
  dropCascade: "true or false",
  name: "a text",
  schema: "a text",
  version: "a text",
} as const;

const schemaDefaults = { createCascade: false, dropCascade: false };
const decidedByServer = ["database", "schema", "version"];

interface ExtensionRow {
  readonly schema: string;
  readonly version: string;
}

/** `postgresql.Extension`. Its id is `DATABASE.EXTENSION`. An extension that is there already is taken over, as by the real provider. */
export const extension: ResourceType<Server> = {
  inputs: Object.keys(kinds),
  required: ["name"],
  replaceOn: ["database", "name"],

  schemaDefaults,
  computed: decidedByServer,

  defaults: (inputs, olds) => ({ ...kept(decidedByServer, olds), ...inputs }),

  check: (inputs) => checkKinds(inputs, kinds),

  async create(server, inputs) {
    const name = mustText(inputs, "name");
    const database = text(inputs, "database") ?? server.settings.database;
    const outputs = await server.transaction({
      purpose: `create the extension "${name}"`,
      database,
      run: async (session) => {
        await session.query(createStatement(name, inputs));
        return change(session, name, database, inputs);
      },
    });
    const id = `${database}.${name}`;
    server.own.made(token, id);
    return { id, outputs };
  },

  async read(server, id, state, _, inputs) {
    const { database, name } = placeOf("extension", id, state, server);
    const row = await readIn(server, database, name);
    if (!row) return undefined;
    const live = outputsOf(name, database, row, { ...state, ...inputs });
    return { id, inputs: inputsFromLive(inputs, live, schemaDefaults, decidedByServer), outputs: live };
  },

  update(server, id, state, inputs) {
    const { database, name } = placeOf("extension", id, state, server);
    return server.transaction({
      purpose: `change the extension "${name}"`,
      database,
      run: (session) => change(session, name, database, inputs),
    });
  },

  async delete(server, id, state, { log }) {
    const { database, name } = placeOf("extension", id, state, server);
    if (server.own.includes(token, `${database}.${name}`)) {
      return log(`the extension "${name}" stays: its replacement is the same extension`);
    }
    const mode = flag(state, "dropCascade") ? "CASCADE" : "RESTRICT";
    await unlessGone(
      server.transaction({
        purpose: `drop the extension "${name}"`,
        database,
        run: (session) => session.query(`DROP EXTENSION IF EXISTS ${identifier(name)} ${mode}`),
      }),
    );
  },
};

function createStatement(name: string, inputs: Properties): string {
  const schema = text(inputs, "schema");
  const version = text(inputs, "version");
  return [
    `CREATE EXTENSION IF NOT EXISTS ${identifier(name)}`,
    ...(schema === undefined ? [] : [`SCHEMA ${identifier(schema)}`]),
    ...(version === undefined ? [] : [`VERSION ${identifier(version)}`]),
    ...(flag(inputs, "createCascade") ? ["CASCADE"] : []),
  ].join(" ");
}

/** Brings schema and version in line where they are declared, and tells what holds then. */
async function change(session: Session, name: string, database: string, wanted: Properties): Promise<Properties> {
  const live = await readRow(session, name);
  if (!live) throw new Error("it does not exist; `pulumi refresh` notes that, and the next `up` creates it");
  const schema = text(wanted, "schema") ?? live.schema;
  const version = text(wanted, "version") ?? live.version;
  if (schema !== live.schema)
    await session.query(`ALTER EXTENSION ${identifier(name)} SET SCHEMA ${identifier(schema)}`);
  if (version !== live.version)
    await session.query(`ALTER EXTENSION ${identifier(name)} UPDATE TO ${identifier(version)}`);
  return outputsOf(name, database, { schema, version }, wanted);
}

function outputsOf(name: string, database: string, row: ExtensionRow, flags: Properties): Properties {
  return {
    name,
    database,
    schema: row.schema,
    version: row.version,
    createCascade: flag(flags, "createCascade"),
    dropCascade: flag(flags, "dropCascade"),
  };
}

function readIn(server: Server, database: string, name: string): Promise<ExtensionRow | undefined> {
  return unlessGone(
    server.session({
      purpose: `read the extension "${name}"`,
      database,
      run: (session) => readRow(session, name),
    }),
  );
}

async function readRow(session: Session, name: string): Promise<ExtensionRow | undefined> {
  const rows = await session.query<{ schema: string; version: string }>(
    `SELECT n.nspname::text AS schema, e.extversion AS version
     FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = $1`,
    [name],
  );
  return rows[0];
}
