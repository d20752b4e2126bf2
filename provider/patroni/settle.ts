import type { SettingValue } from "../../components/server-settings/catalogue.ts";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { anyOf } from "./any-of.ts";
import type { Configuration, ConfigurationInputs } from "./inputs.ts";
import type { PatroniMember } from "./member.ts";
import { isBranch, mergePatch, reversePatch } from "./merge-patch.ts";
import { restartPending } from "./rolling-restart.ts";
import { SettingRefused, type Taken, takenBy } from "./taken.ts";
import { untilThere } from "./until.ts";

const takenSeconds = 60;

/**
 * Brings a running cluster to its declared configuration: takes back what ALTER SYSTEM has set against it, patches what
 * differs, waits until every member has it, and restarts what needs it, one member at a time. Doing it again does nothing.
 */
export async function settle(
  members: readonly PatroniMember[],
  inputs: Pick<ConfigurationInputs, "configuration" | "restarts">,
  previous: Configuration,
  context: CallContext,
): Promise<void> {
  const answers = await answering(members);
  const running = answers.map(({ member }) => member);
  const reset = await resetOverrides(answers, inputs.configuration, context);
  const actual = await anyOf(members, (member) =>
    member.rest.json<Configuration>("GET", "/config", undefined, context.signal),
  );
  const patch = mergePatch(inputs.configuration, previous, actual);
  if (Object.keys(patch).length > 0) {
    await anyOf(members, (member) => member.rest.json("PATCH", "/config", patch, context.signal));
  }
  const changed = { ...reset, ...changedParameters(patch, inputs.configuration) };
  if (Object.keys(changed).length > 0) {
    await awaitTaken(running, changed, context).catch(async (error: Error) => {
      if (!(error instanceof SettingRefused)) throw error;
      const back = reversePatch(patch, actual);
      await anyOf(members, (member) => member.rest.json("PATCH", "/config", back, context.signal));
      throw new Error(`the server refuses ${error.message}\nWhat was there before is in place again.`);
    });
  }
  await restartPending(members, inputs.restarts, context);
}

/** The declared settings, as PostgreSQL knows them. */
export function parametersOf(configuration: Configuration): Record<string, SettingValue> {
  const postgresql = configuration.postgresql;
  const parameters = isBranch(postgresql) ? postgresql.parameters : undefined;
  return isBranch(parameters) ? (parameters as Record<string, SettingValue>) : {};
}

type Wanted = Readonly<Record<string, SettingValue | undefined>>;

function changedParameters(patch: Configuration, configuration: Configuration): Wanted {
  const declared = parametersOf(configuration);
  return Object.fromEntries(Object.keys(parametersOf(patch)).map((name) => [name, declared[name]]));
}

interface Answer {
  readonly member: PatroniMember;
  /** What ALTER SYSTEM has set there. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** A member that does not run takes the configuration when it starts; nobody waits for it. */
async function answering(members: readonly PatroniMember[]): Promise<Answer[]> {
  const answers = await Promise.allSettled(
    members.map(async (member) => ({ member, overrides: await member.overrides() })),
  );
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}

async function resetOverrides(
  answers: readonly Answer[],
  configuration: Configuration,
  context: CallContext,
): Promise<Wanted> {
  const declared = parametersOf(configuration);
  const names = new Set<string>();
  for (const { member, overrides } of answers) {
    const against = Object.keys(overrides).filter((name) => name in declared);
    if (against.length === 0) continue;
    await member.resetOverrides(against);
    context.tell(`${member.name}: ALTER SYSTEM RESET ${against.join(", ")}`);
    for (const name of against) names.add(name);
  }
  return Object.fromEntries([...names].map((name) => [name, declared[name]]));
}

async function awaitTaken(members: readonly PatroniMember[], wanted: Wanted, { signal }: CallContext): Promise<void> {
  const names = Object.keys(wanted);
  await untilThere(`Every member has taken ${names.join(", ")}`, takenSeconds, signal, async () => {
    const pending = new Set(
      (await anyOf(members, (member) => member.cluster(signal))).members
        .filter(({ pending_restart }) => pending_restart)
        .map(({ name }) => name),
    );
    for (const member of members) {
      const found = await member.settings(names);
      const states = names.map((name): [string, Taken] => [name, takenBy(name, wanted[name], found[name] ?? {})]);
      const late = states.filter(([, state]) => state === "not yet").map(([name]) => name);
      if (late.length > 0) return { why: `${member.name} does not have ${late.join(", ")} yet` };
      // Patroni says in the store that a restart is due only some seconds after the server knows.
      if (states.some(([, state]) => state === "restart") && !pending.has(member.name)) {
        return { why: `Patroni of ${member.name} does not say yet that a restart is due` };
      }
    }
    return { answer: undefined };
  });
}
