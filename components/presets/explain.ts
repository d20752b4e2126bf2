import { isPlain, type Layer, sourceOf } from "./layers.ts";

/** One value of settings, and where it comes from. */
export interface Explained {
  readonly path: readonly string[];
  /** As its source has it: `16GiB`, not 16384. */
  readonly value: unknown;
  readonly source: string;
}

/** Every value of settings that are complete, with the highest layer that says it; what no layer says is a default. A list is one value. */
export function explain(layers: readonly Layer[], settings: unknown, path: readonly string[] = []): Explained[] {
  if (isPlain(settings) && Object.keys(settings).length > 0) {
    return Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .flatMap(([key, value]) => explain(layers, value, [...path, key]));
  }
  const source = sourceOf(layers, path);
  if (source === undefined) return [{ path, value: settings, source: "default" }];
  const said = layers.filter((layer) => layer.source === source).map(({ values }) => valueAt(values, path));
  return [{ path, value: said.findLast((value) => value !== undefined), source }];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isPlain(at) ? at[key] : undefined), value);
}
