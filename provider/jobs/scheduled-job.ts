import type { CallContext, Properties, ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { type Connection, connectionOf, serverOf, withoutTheWay } from "../sql/connection.ts";
import { type CronJob, findJob, scheduleJob, unscheduleJob } from "../sql/cron.ts";

/** A job of pg_cron; components/jobs/scheduled-job.ts says what holds. */
export const scheduledJob: ResourceType<unknown> = {
  inputs: ["database", "name", "schedule", "command", "role"],
  required: ["database", "name", "schedule", "command"],
  replaceOn: ["database", "name"],
  deleteBeforeReplace: true,

  canonical: withoutTheWay,

  async create(_client, inputs, context) {
    const connection = connectionOf(inputs);
    const job = jobOf(inputs);
    const before = await findJob(connection, job.name, context);
    if (before && before.command !== job.command)
      context.tell(`takes the place of a job "${job.name}" that was there: ${before.command}`);
    await schedule(connection, job, context);
    return { id: `${connection.database}/${job.name}`, outputs: inputs };
  },

  async read(_client, id, state, context, inputs) {
    if (Object.keys(inputs).length === 0) throw new Error(`${id} cannot be imported: declare it, and up takes it over`);
    const connection = connectionOf(inputs);
    const found = await findJob(connection, String(inputs.name), context);
    if (found === undefined) return undefined;
    const { role, ...rest } = found;
    const asked = roleOf(inputs);
    const actual = { ...rest, ...(role === asked ? {} : { role }) };
    return { id, outputs: { ...state, ...actual }, inputs: { ...inputs, ...actual } };
  },

  async update(_client, _id, _state, inputs, context) {
    await schedule(connectionOf(inputs), jobOf(inputs), context);
    return inputs;
  },

  async delete(_client, _id, state, context) {
    await unscheduleJob(connectionOf(state), String(state.name), context);
  },
};

async function schedule(connection: Connection, job: Required<CronJob>, context: CallContext): Promise<void> {
  await mustLogIn(connection, job.role, context);
  await scheduleJob(connection, job, context);
}

/** pg_cron opens a session of the role: without that right every run would fail where nobody looks. */
async function mustLogIn(connection: Connection, role: string, context: CallContext): Promise<void> {
  const [found] = await serverOf(connection, context).session({
    purpose: `look up the role "${role}"`,
    run: (session) =>
      session.query<{ fit: boolean }>(
        "SELECT rolcanlogin AND has_database_privilege(oid, current_database(), 'CONNECT') AS fit FROM pg_roles WHERE rolname = $1",
        [role],
      ),
  });
  if (found === undefined) throw new UserError(`role: there is no role "${role}" for the job to run as`);
  if (!found.fit)
    throw new UserError(
      `role: "${role}" cannot log in to database "${connection.database}", and jobs run in sessions of their role; name another role, or give it LOGIN and CONNECT`,
    );
}

function jobOf(inputs: Properties): Required<CronJob> {
  const { name, schedule, command } = inputs;
  return { name: String(name), schedule: String(schedule), command: String(command), role: roleOf(inputs) };
}

function roleOf(inputs: Properties): string {
  return typeof inputs.role === "string" ? inputs.role : connectionOf(inputs).owner;
}
