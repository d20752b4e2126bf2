import type { CallContext } from "../framework/types.ts";
import type { ContainerInputs } from "./container-inputs.ts";
import { removeContainer } from "./container-removal.ts";
import { start } from "./container-start.ts";
import type { Engine } from "./engine.ts";
import { findImage } from "./images.ts";
import type { Inspected } from "./inspected.ts";
import { inputsLabel, isDeclared, taken } from "./labels.ts";

/**
 * Deals with a container of the declared name that is not in the state: a run that was cut short has left it. One that was
 * made of the declared inputs and was started is taken over as it is, because it may be in the middle of work that must
 * not be cut short, e.g. the bootstrap of a database. Any other is removed.
 *
 * @returns the id of a container that is taken over.
 * @throws where the container does not carry the declared labels: it is somebody else's.
 */
export async function takeOverOrRemove(
  engine: Engine,
  inputs: ContainerInputs,
  hash: string,
  context: CallContext,
): Promise<string | undefined> {
  const found = await engine.find<Inspected>(`/containers/${inputs.name}/json`);
  if (found === undefined) return undefined;
  const { Labels } = found.Config;
  if (!isDeclared(inputs.labels, Labels)) throw taken("container", inputs.name, inputs.labels, Labels);
  const same = Labels?.[inputsLabel] === hash && found.Image === (await findImage(engine, inputs.image))?.Id;
  if (same && wasStarted(found) && (await runsAsDeclared(engine, found, inputs, context))) {
    context.log(`container ${inputs.name} is there already, made of the same inputs: taken over as it is`);
    return found.Id;
  }
  context.log(`container ${inputs.name} is there already and carries our labels: made again`);
  await removeContainer(engine, found.Id, inputs, context.signal);
  return undefined;
}

/** Networks and files come before the first start: one that was never started may lack some of them. */
function wasStarted({ State }: Inspected): boolean {
  return State.Running || State.Status === "exited";
}

/** Starts it where it is to run and does not. */
async function runsAsDeclared(
  engine: Engine,
  found: Inspected,
  inputs: ContainerInputs,
  context: CallContext,
): Promise<boolean> {
  if (found.State.Running || inputs.start === false || inputs.mustRun === false) return true;
  try {
    await start(engine, found.Id, inputs);
    return true;
  } catch (error) {
    // E.g. its network is another one of the same name by now. The container that is made instead says what else is wrong.
    context.log(error instanceof Error ? error.message : String(error));
    return false;
  }
}
