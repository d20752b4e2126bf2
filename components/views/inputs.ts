import { fingerprint, type IndexSettings, indexName } from "../partitions/indexes.ts";
import { definitionOf, type IndexInput } from "../partitions/inputs.ts";
import type { MaterializedViewSettings } from "./args.ts";

/** What the provider is told of a view. */
export type ViewInputs = Omit<MaterializedViewSettings, "uniqueIndex" | "indexes"> & {
  /** The unique one first. */
  readonly indexes: readonly IndexInput[];
};

export function viewInputs({ uniqueIndex, indexes, ...settings }: MaterializedViewSettings): ViewInputs {
  const unique: IndexSettings = { columns: uniqueIndex, method: "btree", unique: true };
  return {
    ...settings,
    indexes: [unique, ...indexes].map((index) => ({
      name: indexName(settings.name, index),
      fingerprint: fingerprint(index),
      definition: definitionOf(index),
      unique: index.unique,
    })),
  };
}
