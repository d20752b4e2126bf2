import { autoName } from "../framework/auto-name.ts";
import type { CallContext, Properties, ResourceType } from "../framework/types.ts";
import { createBody, endpoint, updateBody } from "./container-body.ts";
import { inputsHash } from "./container-hash.ts";
import { importedInputs } from "./container-import.ts";
import {
  type ContainerInputs,
  canonical,
  checkContainer,
  replaceOn,
  schemaDefaults,
  sets,
  shapes,
} from "./container-inputs.ts";
import { takeOverOrRemove } from "./container-leftover.ts";
import { removeContainer } from "./container-removal.ts";
import { awaitHealth, inspect, start } from "./container-start.ts";
import { inputsNow, outputsOf } from "./container-state.ts";
import { type Engine, EngineError } from "./engine.ts";
import { findImage, pullImage } from "./images.ts";
import type { Inspected } from "./inspected.ts";
import { carries, type Label, notOurs } from "./labels.ts";
import { containerLogs } from "./logs.ts";
import { putUploads } from "./uploads.ts";

/** A container. Its data lives in its volumes, so that it may be removed and made again at any time. */
export const container: ResourceType<Engine> = {
  inputs: Object.keys(shapes),
  required: ["image", "name"],
  replaceOn,
  schemaDefaults,
  sets,
  canonical,
  computed: [
    "bridge",
    "command",
    "containerLogs",
    "entrypoints",
    "exitCode",
    "hostname",
    "init",
    "ipcMode",
    "logDriver",
    "networkDatas",
    "runtime",
    "securityOpts",
    "shmSize",
    "stopSignal",
    "stopTimeout",
  ],
  schemaVersion: 2,
  deleteBeforeReplace: true,
  defaults: (inputs, _olds, { urn }) => ({ ...inputs, name: inputs.name ?? autoName(urn) }),
  check: checkContainer,

  async create(engine, properties, context) {
    const inputs = properties as unknown as ContainerInputs;
    const { id, takenOver } = await make(engine, inputs, context);
    if (!takenOver) await equip(engine, id, inputs);
    await awaitHealth(engine, id, properties, context);
    return {
      id,
      outputs: { ...(await finish(engine, id, inputs)), ...outputsOf(properties, await inspect(engine, id)) },
    };
  },

  async read(engine, id, state, _context, inputs) {
    const found = await engine.find<Inspected>(`/containers/${id}/json`);
    if (found === undefined) return undefined;
    const imported = Object.keys(inputs).length === 0;
    const image = imported ? await findImage(engine, found.Image) : undefined;
    const now = imported ? importedInputs(found, image?.Config ?? null) : inputsNow(inputs, found);
    const logs = state.containerLogs === undefined ? {} : { containerLogs: state.containerLogs };
    return { id: found.Id, inputs: now, outputs: { ...logs, ...outputsOf(now, found) } };
  },

  async update(engine, id, state, properties, context) {
    const inputs = properties as unknown as ContainerInputs;
    await engine.json("POST", `/containers/${id}/update`, { body: updateBody(inputs) });
    const wanted = inputs.start !== false && inputs.mustRun !== false;
    if (wanted && !(await inspect(engine, id)).State.Running) await start(engine, id, inputs);
    if (wanted) await awaitHealth(engine, id, properties, context);
    const logs = state.containerLogs === undefined ? {} : { containerLogs: state.containerLogs };
    return { ...logs, ...outputsOf(properties, await inspect(engine, id)) };
  },

  async delete(engine, id, state, context) {
    const found = await engine.find<Inspected>(`/containers/${id}/json`);
    if (found === undefined) return;
    const declared = state.labels as readonly Label[] | undefined;
    if (!carries(declared, found.Config.Labels)) {
      throw notOurs("container", found.Name.slice(1), declared, found.Config.Labels);
    }
    await removeContainer(engine, id, state as unknown as ContainerInputs, context.signal);
  },
};

/** Makes the container, or takes over the one that a run which was cut short has left. */
async function make(
  engine: Engine,
  inputs: ContainerInputs,
  context: CallContext,
): Promise<{ readonly id: string; readonly takenOver: boolean }> {
  const hash = await inputsHash(inputs);
  const made = async () => ({ id: await post(engine, inputs, hash), takenOver: false });
  try {
    return await made();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.status === 404 && /No such image/i.test(error.message)) {
      await pullImage(engine, inputs.image, inputs.platform, context.log, context.signal);
    } else if (error.status === 409) {
      const id = await takeOverOrRemove(engine, inputs, hash, context);
      if (id !== undefined) return { id, takenOver: true };
    } else {
      throw new Error(`the container ${inputs.name} cannot be made: ${error.message}`);
    }
  }
  return made();
}

async function post(engine: Engine, inputs: ContainerInputs, hash: string): Promise<string> {
  const query = { name: inputs.name, platform: inputs.platform };
  const body = createBody(inputs, hash);
  return (await engine.json<{ Id: string }>("POST", "/containers/create", { query, body })).Id;
}

/** Gives the container what it needs to run, and starts it. */
async function equip(engine: Engine, id: string, inputs: ContainerInputs): Promise<void> {
  try {
    await joinNetworks(engine, id, inputs);
    await putUploads(engine, id, inputs);
    if (inputs.start !== false) await start(engine, id, inputs);
  } catch (error) {
    // It never ran, so that nothing is lost with it.
    await engine.json("DELETE", `/containers/${id}`, { query: { force: true, v: true } }).catch(() => undefined);
    throw error;
  }
}

async function joinNetworks(engine: Engine, id: string, inputs: ContainerInputs): Promise<void> {
  const joining = (inputs.networksAdvanced ?? []).filter(({ name }) => name !== inputs.networkMode);
  if (joining.length === 0) return;
  if ((inputs.networkMode ?? "bridge") === "bridge") await leaveBridge(engine, id);
  for (const network of joining) {
    await engine.json("POST", `/networks/${encodeURIComponent(network.name)}/connect`, {
      body: { Container: id, EndpointConfig: endpoint(network) },
    });
  }
}

/** A container with networks of its own is not on the default one as well. */
async function leaveBridge(engine: Engine, id: string): Promise<void> {
  try {
    await engine.json("POST", "/networks/bridge/disconnect", { body: { Container: id } });
  } catch (error) {
    if (!(error instanceof EngineError) || !/is not connected to/.test(error.message)) throw error;
  }
}

/** A container that is attached to is a task: it is waited for, and its logs are an output. */
async function finish(engine: Engine, id: string, inputs: ContainerInputs): Promise<Properties> {
  if (inputs.attach !== true || inputs.start === false) return {};
  await engine.json("POST", `/containers/${id}/wait`);
  return inputs.logs === true ? { containerLogs: await containerLogs(engine, id, inputs.tty === true) } : {};
}
