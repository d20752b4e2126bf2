import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { anyOf } from "./any-of.ts";
import type { ConfigurationInputs } from "./inputs.ts";
import type { PatroniMember } from "./member.ts";
import { nextRestart } from "./restart-order.ts";
import { untilThere } from "./until.ts";

const restartSeconds = 180;

/**
 * Restarts every member for which a restart is due, one at a time; where restarts are left to a person, says which are due instead.
 * @throws where the cluster is not fit for the next restart within three minutes; the restarts stay due, and the next run goes on.
 */
export async function restartPending(
  members: readonly PatroniMember[],
  restarts: ConfigurationInputs["restarts"],
  context: CallContext,
): Promise<void> {
  const restarted: string[] = [];
  for (;;) {
    const step = await untilThere("The cluster is fit for a restart", restartSeconds, context.signal, async () => {
      const view = await anyOf(members, (member) => member.cluster(context.signal));
      const pending = view.members.filter(({ pending_restart }) => pending_restart).map(({ name }) => name);
      if (pending.length === 0) return { answer: { kind: "done" } as const };
      if (restarts === "pending") {
        context.tell(`restart due, left to you: ${pending.join(", ")}`);
        return { answer: { kind: "done" } as const };
      }
      if (view.pause === true)
        return { why: `it is paused, and a restart is due on ${pending.join(", ")}; patronictl resume` };
      const next = nextRestart(view, restarted);
      return next.kind === "wait" ? next : { answer: next };
    });
    if (step.kind === "done") return;
    await restart(members, step.member, context);
    restarted.push(step.member);
  }
}

async function restart(members: readonly PatroniMember[], name: string, context: CallContext): Promise<void> {
  const member = members.find((candidate) => candidate.name === name);
  if (member === undefined) throw new Error(`${name} needs a restart, and is no member that is declared`);
  context.log(`restarting ${name}`);
  await member.rest.text("POST", "/restart", {}, context.signal);
  context.tell(`restarted ${name}`);
  // Until Patroni has told the store, the cluster looks as before.
  await untilThere(`${name} is back`, restartSeconds, context.signal, async () => {
    const { members: now } = await member.cluster(context.signal);
    const own = now.find((candidate) => candidate.name === name);
    const back = own?.state === "running" || own?.state === "streaming";
    return back ? { answer: undefined } : { why: `it is ${own?.state ?? "not there"}` };
  });
}
