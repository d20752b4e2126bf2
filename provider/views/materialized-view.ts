import { isDeepStrictEqual } from "node:util";
import type { CallContext, Properties, ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import { serverOf, withoutTheWay } from "../sql/connection.ts";
import { findJob, scheduleJob, unscheduleJob } from "../sql/cron.ts";
import { ensureSupport } from "../sql/support/index.ts";
import { findView, isAsMade } from "./found.ts";
import { type Declared, declared, nameOf } from "./inputs.ts";
import { settleView } from "./make.ts";

/** A materialized view with its refresh; components/views/materialized-view.ts says what holds. */
export const materializedView: ResourceType<unknown> = {
  inputs: ["database", "schema", "name", "query", "indexes", "refresh", "role"],
  required: ["database", "schema", "name", "query", "indexes", "refresh"],
  replaceOn: ["database", "schema", "name"],

  canonical: withoutTheWay,

  consequences(olds, news) {
    const changed = (key: string) => !hasUnknown(news[key]) && !isDeepStrictEqual(olds[key], news[key]);
    const name = `${news.schema}.${news.name}`;
    if (changed("query"))
      return [
        `${name}: another query: a new view is built beside it, gets its grants and takes its place in one transaction; refused where others depend on it`,
      ];
    return changed("indexes") ? [`${name}: indexes change; it can be read meanwhile, and a refresh waits`] : [];
  },

  async create(_client, inputs, context) {
    const view = declared(inputs);
    await settle(view, context);
    return { id: `${view.database.database}/${view.schema}.${view.name}`, outputs: inputs };
  },

  async read(_client, id, state, context, inputs) {
    if (Object.keys(inputs).length === 0) throw new Error(`${id} cannot be imported: declare it with a new name`);
    const actual = await actually(declared(inputs), inputs, context);
    return actual && { id, outputs: { ...state, ...actual }, inputs: { ...inputs, ...actual } };
  },

  async update(_client, _id, _state, inputs, context) {
    await settle(declared(inputs), context);
    return inputs;
  },

  /** Its rows may be the last copy of what they were made from. */
  async delete(_client, _id, state, context) {
    const view = declared(state);
    await unscheduleJob(view.database, jobName(view), context);
    context.tell(`${view.schema}.${view.name} stays, and nothing refreshes it any more`);
  },
};

async function settle(view: Declared, context: CallContext): Promise<void> {
  const server = serverOf(view.database, context);
  await server.transaction({ purpose: "prepare the record of materialized views", run: ensureSupport });
  await server.transaction({
    purpose: `make the materialized view ${view.schema}.${view.name}`,
    run: (session) => settleView(session, view, context),
  });
  // As the superuser: PostgreSQL runs the query as the view's owner all the same, and that one may have no login.
  await scheduleJob(view.database, { name: jobName(view), schedule: view.refresh, command: refreshOf(view) }, context);
}

/** What differs from the inputs; `undefined` where the view is gone. */
async function actually(view: Declared, inputs: Properties, context: CallContext): Promise<Properties | undefined> {
  const server = serverOf(view.database, context);
  await server.transaction({ purpose: "prepare the record of materialized views", run: ensureSupport });
  const found = await server.session({
    purpose: `read the materialized view ${view.schema}.${view.name}`,
    run: (session) => findView(session, view),
  });
  if (!found?.materialized) return undefined;
  const job = await findJob(view.database, jobName(view), context);
  const there = view.indexes.filter(({ name }) => found.indexes.includes(name));
  return {
    query: isAsMade(found) ? found.query : found.definition,
    indexes: there.length === view.indexes.length ? inputs.indexes : there,
    refresh: job?.command === refreshOf(view) ? job.schedule : "",
    ...(found.owner === view.role ? {} : { role: found.owner }),
  };
}

function jobName({ schema, name }: Declared): string {
  return `refresh ${schema}.${name}`;
}

function refreshOf(view: Declared): string {
  return `REFRESH MATERIALIZED VIEW CONCURRENTLY ${nameOf(view, view.name)}`;
}
