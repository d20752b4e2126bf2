import { dockerSettings, engineAddress, engineSilence } from "../obtain/engine-address.ts";
import { livingEngine, stopEngine } from "../obtain/engine-process.ts";
import { locations } from "../obtain/locations.ts";
import type { Outcome, Session } from "./session.ts";

/** `engine status` and `engine stop`. Only an engine that `up` started is ever stopped. */
export async function engine({ invocation, report }: Session): Promise<Outcome> {
  const step = report.step("Docker engine");
  if (invocation.action === "stop") {
    step.done(await stopEngine(locations(process.env).state));
    return { changes: {} };
  }
  const address = engineAddress(process.env, await dockerSettings(process.env));
  const silence = await engineSilence(address);
  const pid = await livingEngine();
  const process_ = pid === undefined ? "" : `, process ${pid}`;
  step.done(silence === undefined ? `answers at ${address.address}${process_}` : `${address.address}: ${silence}`);
  return { changes: {}, ok: silence === undefined };
}
