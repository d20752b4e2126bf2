import { isDeepStrictEqual } from "node:util";
import type { ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import { type DeliveredFile, type Instance, InstanceGone } from "../instances/instance.ts";
import type { Instances } from "../instances/instances.ts";
import { fileChanges } from "./changes.ts";
import { driftOf } from "./drift.ts";
import { deliveredFiles, type FilesInputs, filesInputs, withoutOnce } from "./inputs.ts";

/** An instance starts its program once this file is there; it comes last, so that all others are complete then. */
const delivered = "/run/delivered";
const reload = ["/usr/local/bin/reload"];

/**
 * Files in a running instance. A changed file is put in place and the program reads it again, without a restart; where the
 * program refuses it, the file that was there comes back.
 */
export const instanceFiles: ResourceType<Instances> = {
  inputs: ["instance", "files", "user"],
  required: ["instance", "files", "user"],
  replaceOn: [],

  canonical: (inputs) => ({ ...inputs, files: withoutOnce(filesInputs(inputs).files) }),

  consequences(olds, news) {
    if (hasUnknown(news.instance) || !isDeepStrictEqual(olds.instance, news.instance)) return [];
    return fileChanges(withoutOnce(filesInputs(olds).files), withoutOnce(filesInputs(news).files));
  },

  async create(instances, properties) {
    const inputs = filesInputs(properties);
    const instance = instances.at(inputs.instance);
    const started = (await instance.read(delivered)) !== undefined;
    await deliver(instance, deliveredFiles(inputs), started);
    return { id: instance.name, outputs: properties };
  },

  async read(instances, id, state, _, inputs) {
    if (Object.keys(inputs).length === 0)
      throw new Error(`${id} cannot be imported: its files are the program's to say`);
    try {
      const found = await driftOf(instances.at(filesInputs(state).instance), filesInputs(inputs));
      return { id, outputs: { ...state, files: found.files }, inputs: { ...inputs, files: found.files } };
    } catch (error) {
      if (error instanceof InstanceGone) return undefined;
      throw error;
    }
  },

  async update(instances, _id, state, properties) {
    const before = filesInputs(state);
    const inputs = filesInputs(properties);
    const instance = instances.at(inputs.instance);
    const started = (await instance.read(delivered)) !== undefined;
    const wanted = started
      ? await differing(instance, deliveredFiles({ ...inputs, files: withoutOnce(inputs.files) }))
      : deliveredFiles(inputs);
    if (wanted.length === 0) return properties;
    const previous = started ? await present(instance, wanted, before) : [];
    await deliver(instance, wanted, started).catch(async (error: Error) => {
      if (previous.length > 0) await deliver(instance, previous, true).catch(() => undefined);
      throw new Error(`${error.message.trim()}\nWhat was there before is in place again and in use.`);
    });
    return properties;
  },

  /** The files go with their instance. */
  async delete() {},
};

async function deliver(instance: Instance, files: readonly DeliveredFile[], started: boolean): Promise<void> {
  const mark = { path: delivered, content: "", mode: 0o444, owner: 0 };
  await instance.write(started ? files : [...files, mark]);
  if (started) await instance.run(reload);
}

async function differing(instance: Instance, files: readonly DeliveredFile[]): Promise<DeliveredFile[]> {
  const found = await Promise.all(files.map(({ path }) => instance.read(path)));
  return files.filter(({ content }, index) => found[index] !== content);
}

/** What stands now where the files will stand. */
async function present(
  instance: Instance,
  files: readonly DeliveredFile[],
  before: Pick<FilesInputs, "files" | "user">,
): Promise<DeliveredFile[]> {
  const known = deliveredFiles(before);
  const found = await Promise.all(files.map(async (file) => ({ file, content: await instance.read(file.path) })));
  return found.flatMap(({ file, content }) =>
    content === undefined ? [] : [{ ...(known.find(({ path }) => path === file.path) ?? file), content }],
  );
}
