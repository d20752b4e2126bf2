import { checkShapes, type Fields } from "../framework/shape.ts";
import type { CallContext, Properties, ResourceType } from "../framework/types.ts";
import { isRecord } from "../framework/values.ts";
import { type Engine, EngineError } from "./engine.ts";
import { type Build, buildImage, hashLabel, prepareBuild } from "./image-build.ts";
import { findImage, type Image, pullImage, repoDigest } from "./images.ts";

const buildShapes: Fields = {
  buildArgs: { mapOf: "text" },
  cgroupParent: "text",
  context: "text",
  cpuPeriod: "number",
  cpuQuota: "number",
  cpuSetCpus: "text",
  cpuSetMems: "text",
  cpuShares: "number",
  dockerfile: "text",
  extraHosts: { listOf: "text" },
  forceRemove: "flag",
  label: { mapOf: "text" },
  labels: { mapOf: "text" },
  memory: "number",
  memorySwap: "number",
  networkMode: "text",
  noCache: "flag",
  platform: "text",
  pullParent: "flag",
  remove: "flag",
  shmSize: "number",
  squash: "flag",
  suppressOutput: "flag",
  tags: { listOf: "text" },
  target: "text",
};

const shapes: Fields = {
  build: { fields: buildShapes, required: ["context"] },
  forceRemove: "flag",
  keepLocally: "flag",
  name: "text",
  platform: "text",
  pullTriggers: { listOf: "text" },
  triggers: { mapOf: "text" },
};

/**
 * An image, built or pulled under a name. An image that is there is not pulled again. One that was built here is built
 * again only from another context, other arguments or other triggers.
 */
export const remoteImage: ResourceType<Engine> = {
  inputs: Object.keys(shapes),
  required: ["name"],
  replaceOn: ["build", "name", "platform", "pullTriggers", "triggers"],
  sets: ["pullTriggers"],
  computed: ["imageId", "repoDigest"],
  // The name moves on to the new image by itself.
  deleteBeforeReplace: false,
  canonical: (inputs) => (isRecord(inputs.build) ? { ...inputs, build: canonicalBuild(inputs.build) } : inputs),
  check: (inputs) => checkShapes(shapes, inputs),

  async create(engine, inputs, context) {
    return described(inputs, await obtain(engine, inputs, context));
  },

  async read(engine, id, _state, _context, inputs) {
    const imported = Object.keys(inputs).length === 0;
    const given: Properties = imported ? { name: id.replace(/^sha256:[0-9a-f]{64}/, "") } : inputs;
    const image = await findImage(engine, String(given.name));
    return image === undefined ? undefined : { ...described(given, image), inputs: given };
  },

  async update(engine, _id, _state, inputs, context) {
    return described(inputs, await obtain(engine, inputs, context)).outputs;
  },

  async delete(engine, _id, state, context) {
    if (state.keepLocally === true) return;
    const name = String(state.name);
    const image = await findImage(engine, name);
    // The name may belong to the image that replaced this one by now.
    if (image === undefined || image.Id !== state.imageId) return;
    try {
      await engine.json("DELETE", `/images/${name.split("/").map(encodeURIComponent).join("/")}`, {
        query: { force: state.forceRemove === true },
      });
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return;
      if (!(error instanceof EngineError) || error.status !== 409) throw error;
      context.log(`image ${name} is kept: ${error.message}`);
    }
  },
};

async function obtain(engine: Engine, inputs: Properties, context: CallContext): Promise<Image> {
  const name = String(inputs.name);
  const build = inputs.build as Build | undefined;
  const present = await findImage(engine, name);
  if (build === undefined) {
    if (present !== undefined) return present;
    await pullImage(engine, name, inputs.platform as string | undefined, context.log, context.signal);
  } else {
    const prepared = await prepareBuild(build, isRecord(inputs.triggers) ? inputs.triggers : {});
    const builtFrom = present?.Config?.Labels?.[hashLabel];
    // One without the label was put there by hand, or by a build tool, to be used.
    if (present !== undefined && (builtFrom === undefined || builtFrom === prepared.hash)) return present;
    await buildImage(engine, name, build, prepared, context.log, context.signal);
  }
  const image = await findImage(engine, name);
  if (image === undefined)
    throw new Error(`the engine has no image ${name} after it was ${build ? "built" : "pulled"}`);
  return image;
}

/** The real provider's id is the image's id with the name behind it. */
function described(inputs: Properties, image: Image) {
  const name = String(inputs.name);
  return { id: image.Id + name, outputs: { ...inputs, imageId: image.Id, repoDigest: repoDigest(name, image) } };
}

function canonicalBuild(build: Properties): Properties {
  const spelled: Properties = { dockerfile: "Dockerfile", remove: true, ...build };
  return Object.fromEntries(Object.entries(spelled).filter(([, value]) => value !== false && value !== undefined));
}
