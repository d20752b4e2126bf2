import { autoName } from "../framework/auto-name.ts";
import { checkShapes, type Fields } from "../framework/shape.ts";
import type { Properties, ResourceType } from "../framework/types.ts";
import { type Engine, EngineError } from "./engine.ts";
import {
  carries,
  isDeclared,
  type Label,
  type LabelMap,
  labelList,
  labelMap,
  labelsShape,
  notOurs,
  taken,
} from "./labels.ts";
import { sleep } from "./sleep.ts";

const shapes: Fields = {
  attachable: "flag",
  driver: "text",
  ingress: "flag",
  internal: "flag",
  ipamConfigs: {
    listOf: { fields: { auxAddress: { mapOf: "text" }, gateway: "text", ipRange: "text", subnet: "text" } },
  },
  ipamDriver: "text",
  ipamOptions: { mapOf: "text" },
  ipv6: "flag",
  labels: labelsShape,
  name: "text",
  options: { mapOf: "text" },
};

interface Ipam {
  readonly auxAddress?: Record<string, string>;
  readonly gateway?: string;
  readonly ipRange?: string;
  readonly subnet?: string;
}

interface Inputs {
  readonly attachable?: boolean;
  readonly driver?: string;
  readonly ingress?: boolean;
  readonly internal?: boolean;
  readonly ipamConfigs?: readonly Ipam[];
  readonly ipamDriver?: string;
  readonly ipamOptions?: Record<string, string>;
  readonly ipv6?: boolean;
  readonly labels?: readonly Label[];
  readonly name: string;
  readonly options?: Record<string, string>;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Ingress: boolean;
  readonly EnableIPv6: boolean;
  readonly Labels: LabelMap | null;
  readonly Options: LabelMap | null;
  readonly Containers?: Readonly<Record<string, { readonly Name: string }>>;
  readonly IPAM: {
    readonly Driver: string;
    readonly Options: LabelMap | null;
    readonly Config:
      | readonly { Subnet?: string; IPRange?: string; Gateway?: string; AuxiliaryAddresses?: LabelMap }[]
      | null;
  };
}

/** How long a removal waits for containers that are still leaving the network. */
const leaveMilliseconds = 30_000;

export const network: ResourceType<Engine> = {
  inputs: Object.keys(shapes),
  required: ["name"],
  replaceOn: Object.keys(shapes),
  schemaDefaults: { ipamDriver: "default" },
  sets: ["labels", "ipamConfigs"],
  computed: ["driver", "internal", "ipamConfigs", "options", "scope"],
  schemaVersion: 1,
  defaults: (inputs, _olds, { urn }) => ({ ...inputs, name: inputs.name ?? autoName(urn) }),
  check: (inputs) => checkShapes(shapes, inputs),

  async create(engine, properties, context) {
    const inputs = properties as unknown as Inputs;
    const existing = await byName(engine, inputs.name);
    if (existing !== undefined) {
      if (!isDeclared(inputs.labels, existing.Labels))
        throw taken("network", inputs.name, inputs.labels, existing.Labels);
      context.log(`network ${inputs.name} is there already and carries our labels: taken over`);
      return { id: existing.Id, outputs: outputsOf(properties, existing) };
    }
    const { Id } = await engine.json<{ Id: string }>("POST", "/networks/create", { body: createBody(inputs) });
    return { id: Id, outputs: outputsOf(properties, await engine.json("GET", `/networks/${Id}`)) };
  },

  async read(engine, id, _state, _context, inputs) {
    const found = await engine.find<Inspected>(`/networks/${encodeURIComponent(id)}`);
    if (found === undefined) return undefined;
    const given = Object.keys(inputs).length > 0 ? inputs : importedInputs(found);
    return { id: found.Id, inputs: given, outputs: outputsOf(given, found) };
  },

  async delete(engine, id, state, context) {
    const declared = state.labels as readonly Label[] | undefined;
    const deadline = Date.now() + leaveMilliseconds;
    for (;;) {
      const found = await engine.find<Inspected>(`/networks/${id}`);
      if (found === undefined) return;
      if (!carries(declared, found.Labels)) throw notOurs("network", found.Name, declared, found.Labels);
      try {
        return await engine.json("DELETE", `/networks/${id}`);
      } catch (error) {
        const busy = error instanceof EngineError && /has active endpoints/.test(error.message);
        if (!busy) throw error;
        if (Date.now() > deadline) throw inUse(found);
        context.log("waiting for containers to leave the network");
        await sleep(250, context.signal);
      }
    }
  },
};

/** The engine takes a prefix of an id for a name too, and this must be the name. */
async function byName(engine: Engine, name: string): Promise<Inspected | undefined> {
  const filters = JSON.stringify({ name: [name] });
  const near = await engine.json<readonly Inspected[]>("GET", "/networks", { query: { filters } });
  return near.find((candidate) => candidate.Name === name);
}

function inUse(found: Inspected): Error {
  const names = Object.values(found.Containers ?? {}).map(({ Name }) => Name);
  return new Error(
    `the network "${found.Name}" is not removed: ${names.join(", ") || "something"} is still connected to it. What this ` +
      'program has made and an interrupted run has left is taken over by "up", and "destroy" works after it; anything ' +
      `else has to leave by hand ("docker network disconnect ${found.Name} NAME", or "docker rm -f NAME")`,
  );
}

function createBody(inputs: Inputs) {
  return {
    Name: inputs.name,
    CheckDuplicate: true,
    Driver: inputs.driver ?? "bridge",
    Internal: inputs.internal ?? false,
    Attachable: inputs.attachable ?? false,
    Ingress: inputs.ingress ?? false,
    EnableIPv6: inputs.ipv6 ?? false,
    Labels: labelMap(inputs.labels),
    Options: inputs.options ?? {},
    IPAM: {
      Driver: inputs.ipamDriver ?? "default",
      Options: inputs.ipamOptions ?? {},
      Config: (inputs.ipamConfigs ?? []).map((config) => ({
        Subnet: config.subnet,
        IPRange: config.ipRange,
        Gateway: config.gateway,
        AuxiliaryAddresses: config.auxAddress,
      })),
    },
  };
}

function outputsOf(inputs: Properties, found: Inspected): Properties {
  return {
    ...inputs,
    driver: found.Driver,
    internal: found.Internal,
    ipamConfigs: (found.IPAM.Config ?? []).map(ipamOf),
    options: found.Options ?? {},
    scope: found.Scope,
  };
}

function ipamOf(config: { Subnet?: string; IPRange?: string; Gateway?: string; AuxiliaryAddresses?: LabelMap }) {
  return {
    subnet: config.Subnet,
    gateway: config.Gateway,
    ...(config.IPRange ? { ipRange: config.IPRange } : {}),
    ...(config.AuxiliaryAddresses ? { auxAddress: config.AuxiliaryAddresses } : {}),
  };
}

/** Without what the engine chose by itself, e.g. the subnet: a program leaves that to it as well. */
function importedInputs(found: Inspected): Properties {
  return {
    name: found.Name,
    ...(found.Driver === "bridge" ? {} : { driver: found.Driver }),
    ...(found.Internal ? { internal: true } : {}),
    ...(found.Attachable ? { attachable: true } : {}),
    ...(found.Ingress ? { ingress: true } : {}),
    ...(found.EnableIPv6 ? { ipv6: true } : {}),
    ...(found.IPAM.Driver === "default" ? {} : { ipamDriver: found.IPAM.Driver }),
    labels: labelList(found.Labels),
    options: found.Options ?? {},
  };
}
