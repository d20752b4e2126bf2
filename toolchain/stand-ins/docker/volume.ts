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

const shapes: Fields = { driver: "text", driverOpts: { mapOf: "text" }, labels: labelsShape, name: "text" };

interface Inspected {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Labels: LabelMap | null;
  readonly Options: LabelMap | null;
}

export const volume: ResourceType<Engine> = {
  inputs: Object.keys(shapes),
  required: ["name"],
  replaceOn: Object.keys(shapes),
  sets: ["labels"],
  computed: ["driver", "mountpoint"],
  schemaVersion: 1,
  defaults: (inputs, _olds, { urn }) => ({ ...inputs, name: inputs.name ?? autoName(urn) }),
  check: (inputs) => checkShapes(shapes, inputs),

  async create(engine, inputs, context) {
    const name = String(inputs.name);
    const declared = inputs.labels as readonly Label[] | undefined;
    const existing = await find(engine, name);
    if (existing !== undefined) {
      if (!isDeclared(declared, existing.Labels)) throw taken("volume", name, declared, existing.Labels);
      context.log(`volume ${name} is there already and carries our labels: taken over with its data`);
      return { id: name, outputs: outputsOf(inputs, existing) };
    }
    const made = await engine.json<Inspected>("POST", "/volumes/create", {
      body: {
        Name: name,
        Driver: inputs.driver ?? "local",
        DriverOpts: inputs.driverOpts ?? {},
        Labels: labelMap(declared),
      },
    });
    return { id: name, outputs: outputsOf(inputs, made) };
  },

  async read(engine, id, state, _context, inputs) {
    const found = await find(engine, id);
    if (found === undefined) return undefined;
    // One of the same name with other labels was made by somebody else after ours was removed: ours is gone.
    if (!carries(state.labels as readonly Label[] | undefined, found.Labels)) return undefined;
    const given = Object.keys(inputs).length > 0 ? inputs : importedInputs(found);
    return { id: found.Name, inputs: given, outputs: outputsOf(given, found) };
  },

  async delete(engine, id, state) {
    const found = await find(engine, id);
    if (found === undefined) return;
    const declared = state.labels as readonly Label[] | undefined;
    if (!carries(declared, found.Labels)) throw notOurs("volume", id, declared, found.Labels);
    try {
      await engine.json("DELETE", `/volumes/${encodeURIComponent(id)}`);
    } catch (error) {
      if (!(error instanceof EngineError) || error.status !== 404) throw error;
    }
  },
};

function find(engine: Engine, name: string): Promise<Inspected | undefined> {
  return engine.find<Inspected>(`/volumes/${encodeURIComponent(name)}`);
}

function outputsOf(inputs: Properties, found: Inspected): Properties {
  return { ...inputs, driver: found.Driver, mountpoint: found.Mountpoint };
}

function importedInputs(found: Inspected): Properties {
  return {
    name: found.Name,
    ...(found.Driver === "local" ? {} : { driver: found.Driver }),
    driverOpts: found.Options ?? {},
    labels: labelList(found.Labels),
  };
}
