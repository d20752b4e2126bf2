import { PartlyCreated } from "../framework/partly-created.ts";
import type { CallContext, Properties } from "../framework/types.ts";
import type { ContainerInputs } from "./container-inputs.ts";
import { outputsOf } from "./container-state.ts";
import type { Engine } from "./engine.ts";
import type { Inspected } from "./inspected.ts";
import { containerLogs } from "./logs.ts";
import { sleep } from "./sleep.ts";

const pollMilliseconds = 100;
const shownLogLines = 20;

export async function inspect(engine: Engine, id: string): Promise<Inspected> {
  return engine.json<Inspected>("GET", `/containers/${id}/json`);
}

/**
 * Starts the container.
 *
 * @throws where the engine refuses; for a port that is taken with the container that has it.
 */
export async function start(engine: Engine, id: string, inputs: ContainerInputs): Promise<void> {
  try {
    await engine.json("POST", `/containers/${id}/start`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the container ${inputs.name} does not start: ${reason}${await portHolder(engine, id, reason)}`);
  }
}

/**
 * Waits until the container is healthy, if it is to be waited for.
 *
 * @throws PartlyCreated with the last words of the health check and of the container, where it is not healthy in time.
 */
export async function awaitHealth(
  engine: Engine,
  id: string,
  properties: Properties,
  context: CallContext,
): Promise<void> {
  const inputs = properties as unknown as ContainerInputs;
  if (inputs.wait !== true || inputs.start === false) return;
  const seconds = inputs.waitTimeout ?? 60;
  const deadline = Date.now() + seconds * 1000;
  let shown = "";
  for (;;) {
    const found = await inspect(engine, id);
    const { Health, Status, Running, ExitCode } = found.State;
    if (Health?.Status === "healthy") return;
    if (Health === undefined && Running) {
      throw unhealthy(
        found,
        properties,
        "wait is true and it has no health check; add a healthcheck or leave wait out",
      );
    }
    if (!Running && (inputs.restart ?? "no") === "no") {
      throw unhealthy(found, properties, `it ended with exit code ${ExitCode}${await lastWords(engine, found)}`);
    }
    if (Date.now() > deadline) {
      const restarts = found.RestartCount > 0 ? `, restarted ${found.RestartCount} times` : "";
      const state = `it is ${Status} and ${Health?.Status ?? "without health"}${restarts}`;
      throw unhealthy(found, properties, `${state} after waitTimeout (${seconds} s)${await lastWords(engine, found)}`);
    }
    const status = `${Status}, ${Health?.Status ?? "not checked yet"}`;
    if (status !== shown) context.log(`${inputs.name}: ${status}`);
    shown = status;
    await sleep(pollMilliseconds, context.signal).catch(() => {
      throw unhealthy(found, properties, `the run was cancelled while it was ${status}`);
    });
  }
}

function unhealthy(found: Inspected, properties: Properties, reason: string): PartlyCreated {
  return new PartlyCreated(`the container ${found.Name.slice(1)} does not become healthy: ${reason}`, {
    id: found.Id,
    outputs: outputsOf(properties, found),
  });
}

async function lastWords(engine: Engine, found: Inspected): Promise<string> {
  const check = found.State.Health?.Log?.at(-1);
  const health =
    check === undefined ? "" : `\nThe last health check ended with ${check.ExitCode}: ${check.Output.trim()}`;
  const logs = await containerLogs(engine, found.Id, found.Config.Tty, shownLogLines).catch(() => "");
  const written = logs.trim() === "" ? "It wrote nothing" : `The last lines that it wrote:\n${indented(logs)}`;
  return `.${health}\n${written}\nTo see all: docker logs ${found.Name.slice(1)}`;
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Ports: readonly { readonly PublicPort?: number; readonly Type: string }[];
}

async function portHolder(engine: Engine, id: string, reason: string): Promise<string> {
  const port = /(?:Bind for |listen \w+ )\S*:(\d+)(?:: bind)?/.exec(reason)?.[1];
  if (port === undefined || !/already (allocated|in use)/.test(reason)) return "";
  const running = await engine.json<readonly Listed[]>("GET", "/containers/json").catch(() => []);
  const holder = running.find(
    (other) => other.Id !== id && other.Ports.some(({ PublicPort }) => PublicPort === Number(port)),
  );
  const who = holder === undefined ? "no container: see ss -ltnp" : `the container ${holder.Names[0]?.slice(1)}`;
  return `. Port ${port} is held by ${who}. Stop it, or choose another port`;
}
