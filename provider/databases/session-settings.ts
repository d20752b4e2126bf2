import type { Properties, ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import { unlessGone } from "../../toolchain/stand-ins/postgresql/gone.ts";
import { connectionOf, serverOf, withoutTheWay } from "../sql/connection.ts";
import { liveSettings, type Sessions, type SessionValues, settingStatements } from "./session-settings-sql.ts";

/** What sessions of a role, or in a database, begin with. Settings that are not declared here are others' and stay. */
export const sessionSettings: ResourceType<unknown> = {
  inputs: ["database", "of", "settings"],
  required: ["database", "of"],
  replaceOn: ["of"],
  canonical: withoutTheWay,

  consequences(olds, news) {
    if (hasUnknown(news.settings)) return [];
    const before = settingsOf(olds);
    const changes = Object.entries({ ...before, ...settingsOf(news) }).flatMap(([name]) => {
      const [was, is] = [shown(before[name]), shown(settingsOf(news)[name])];
      return was === is ? [] : [`${name} ${was} → ${is}`];
    });
    if (changes.length === 0) return [];
    return [`${named(sessionsOf(news))}: ${changes.join(", ")}; sessions that are open keep what they have`];
  },

  async create(_client, inputs, context) {
    const of = sessionsOf(inputs);
    await serverOf(connectionOf(inputs), context).transaction({
      purpose: `set what ${named(of)} begin with`,
      run: async (session) => {
        for (const statement of settingStatements(of, settingsOf(inputs))) await session.query(statement);
      },
    });
    return { id: [of.database ?? "*", of.role ?? "*"].join("."), outputs: inputs };
  },

  async read(_client, id, state, context, inputs) {
    const of = sessionsOf(state);
    const wanted = settingsOf(inputs);
    const found = await serverOf(connectionOf(inputs), context).session({
      purpose: `read what ${named(of)} begin with`,
      run: (session) =>
        session.query<{ setconfig: string[] }>(
          `SELECT coalesce(s.setconfig, '{}') AS setconfig
           FROM (SELECT 0::oid, NULL UNION ALL SELECT oid, datname FROM pg_database) AS d(oid, name)
             CROSS JOIN (SELECT 0::oid, NULL UNION ALL SELECT oid, rolname FROM pg_roles) AS r(oid, name)
             LEFT JOIN pg_db_role_setting s ON s.setdatabase = d.oid AND s.setrole = r.oid
           WHERE d.name IS NOT DISTINCT FROM $1 AND r.name IS NOT DISTINCT FROM $2`,
          [of.database ?? null, of.role ?? null],
        ),
    });
    const [row] = found;
    if (row === undefined) return undefined;
    const live = { ...inputs, settings: liveSettings(row.setconfig, wanted) };
    return { id, outputs: { ...state, ...live }, inputs: live };
  },

  async update(_client, _id, state, inputs, context) {
    const of = sessionsOf(inputs);
    await serverOf(connectionOf(inputs), context).transaction({
      purpose: `set what ${named(of)} begin with`,
      run: async (session) => {
        for (const statement of settingStatements(of, settingsOf(inputs), settingsOf(state))) {
          await session.query(statement);
        }
      },
    });
    return inputs;
  },

  async delete(_client, _id, state, context) {
    const of = sessionsOf(state);
    await unlessGone(
      serverOf(connectionOf(state), context).transaction({
        purpose: `take back what ${named(of)} begin with`,
        run: async (session) => {
          for (const statement of settingStatements(of, {}, settingsOf(state))) await session.query(statement);
        },
      }),
    );
  },
};

function sessionsOf(properties: Properties): Sessions {
  return properties.of as Sessions;
}

function settingsOf(properties: Properties): SessionValues {
  return (properties.settings ?? {}) as SessionValues;
}

function named({ database, role }: Sessions): string {
  const whose = role === undefined ? "sessions" : `sessions of "${role}"`;
  return database === undefined ? whose : `${whose} in "${database}"`;
}

function shown(value: SessionValues[string] | undefined): string {
  if (value === undefined) return "(the server's)";
  return typeof value === "string" ? value : value.join(", ");
}
