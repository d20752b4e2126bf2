import type { Outcome, Session } from "./session.ts";
import { runVisibly } from "./visible-process.ts";

/** Runs a benchmark of `bench/` in the environment that `up` would have, with everything obtained before. */
export async function bench({ root, invocation, interruption }: Session): Promise<Outcome> {
  const { action = "", runs, json } = invocation;
  const options = [...(runs === undefined ? [] : ["--runs", String(runs)]), ...(json ? ["--json"] : [])];
  const args = ["--import", "tsx", "bench/main.ts", action, ...options];
  return { changes: {}, ok: await runVisibly(process.execPath, args, root, interruption) };
}
