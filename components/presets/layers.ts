/** Values of arguments with where they come from. Any shape: nothing is checked yet. */
export interface Layer {
  /** As a person reads it, e.g. `preset small`. */
  readonly source: string;
  readonly values: unknown;
}

/** One value of many layers, the lowest first: the highest wins, key by key. A choice of another `kind` takes nothing from those below it. */
export function merged(values: readonly unknown[]): unknown {
  const given = values.filter((value) => value !== undefined);
  const top = given.at(-1);
  if (!isPlain(top)) return top;
  const peers = peersOf(given);
  const keys = [...new Set(peers.flatMap((peer) => Object.keys(peer)))];
  return Object.fromEntries(keys.map((key) => [key, merged(peers.map((peer) => peer[key]))]));
}

/** The highest layer that says something for a path, if any does. */
export function sourceOf(layers: readonly Layer[], path: readonly PropertyKey[]): string | undefined {
  let candidates = layers.filter(({ values }) => values !== undefined);
  for (const key of path) {
    const peers = new Set<unknown>(peersOf(candidates.map(({ values }) => values)));
    candidates = candidates
      .filter(({ values }) => peers.has(values))
      .map(({ source, values }) => ({ source, values: isPlain(values) ? values[String(key)] : undefined }))
      .filter(({ values }) => values !== undefined);
  }
  return candidates.at(-1)?.source;
}

function peersOf(values: readonly unknown[]): Record<string, unknown>[] {
  const top = values.at(-1);
  return values.filter((value) => isPlain(value)).filter(({ kind }) => isPlain(top) && kind === top.kind);
}

export function isPlain(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
