import { distance } from "fastest-levenshtein";

/** The name a user may have meant, or `undefined` where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, steps: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best !== undefined && best.steps <= Math.max(2, Math.floor(name.length / 2)) ? best.candidate : undefined;
}

/** "did you mean X? Known are: ..." */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const list = [...known].sort().join(", ");
  return meant === undefined ? `known are: ${list}` : `did you mean "${meant}"? Known are: ${list}`;
}
