import type { Properties, ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import { serverOf, withoutTheWay } from "../sql/connection.ts";
import { ensureSupport } from "../sql/support/index.ts";
import { type Migration, type MigrationsInputs, migrationsInputs } from "./inputs.ts";
import { planOf, refusal } from "./plan.ts";
import { recordsOf } from "./record.ts";
import { runMigrations } from "./run.ts";

/** SQL files that run once each; components/migrations/migrations.ts says what holds. */
export const migrations: ResourceType<unknown> = {
  inputs: ["database", "history", "files", "role"],
  required: ["database", "history", "files"],
  replaceOn: ["database"],

  canonical(inputs) {
    const { files } = inputs;
    return { ...withoutTheWay(inputs), ...(Array.isArray(files) ? { files: files.map(markOf) } : {}) };
  },

  /** A database that was left by destroy, or is restored, has a record that no preview reads. */
  beginnings: (inputs) =>
    hasUnknown(inputs.files)
      ? []
      : announced(filesOf(inputs)).map((line) => `${line}; left out where the database's record has it`),

  consequences(olds, news) {
    if (hasUnknown(news.files) || hasUnknown(news.history)) return [];
    if (olds.history !== news.history)
      throw new Error(
        `history: ${olds.history} → ${news.history}: cannot change, because all files would run again; keep "${olds.history}"`,
      );
    const { pending, problems } = planOf(
      filesOf(olds).map((file) => ({ ...file, finished: true })),
      filesOf(news),
    );
    if (problems.length > 0) throw new Error(refusal(problems));
    return announced(pending);
  },

  async create(_client, properties, context) {
    const inputs = migrationsInputs(properties);
    await runMigrations(inputs, context);
    return { id: idOf(inputs), outputs: outputsOf(properties) };
  },

  async read(_client, id, state, context, inputs) {
    if (Object.keys(inputs).length === 0)
      throw new Error(`${id} cannot be imported: declare it, and up runs what did not run yet`);
    const declared = migrationsInputs(inputs);
    const server = serverOf(declared.database, context);
    await server.transaction({ purpose: "prepare the record of migrations", run: ensureSupport });
    const records = await server.session({
      purpose: "read the record of migrations",
      run: (session) => recordsOf(session, declared.history),
    });
    const files = records
      .filter(({ finished }) => finished)
      .map(({ name, checksum }) => {
        const same = declared.files.find((file) => file.name === name && file.checksum === checksum);
        return same ?? { name, checksum, transaction: true, statements: [] };
      });
    return { id, outputs: outputsOf({ ...state, files }), inputs: { ...inputs, files } };
  },

  async update(_client, _id, _state, properties, context) {
    await runMigrations(migrationsInputs(properties), context);
    return outputsOf(properties);
  },

  /** What ran stays, and so does its record: files that come back are not run again. */
  async delete() {},
};

function announced(files: readonly Migration[]): string[] {
  return files.map(({ name, transaction, statements }) => {
    const count = statements.length === 1 ? "1 statement" : `${statements.length} statements`;
    return `runs ${name}: ${count}, ${transaction ? "in one transaction" : "each by itself"}`;
  });
}

/** The texts are among the inputs already. */
function outputsOf(properties: Properties): Properties {
  return { ...properties, files: filesOf(properties).map(markOf) };
}

function markOf({ name, checksum }: Migration): Pick<Migration, "name" | "checksum"> {
  return { name, checksum };
}

function filesOf({ files }: Properties): readonly Migration[] {
  return files as readonly Migration[];
}

function idOf({ database, history }: MigrationsInputs): string {
  return `${database.database}/${history}`;
}
