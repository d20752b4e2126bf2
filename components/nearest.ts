import { closest, distance } from "fastest-levenshtein";

/** The known word that a misspelt one was probably meant to be, or `undefined` where none is near enough to say so. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const folded = known.map((candidate) => candidate.toLowerCase());
  const best = closest(word.toLowerCase(), folded);
  const near = distance(word.toLowerCase(), best) <= Math.max(2, Math.floor(word.length / 3));
  return near ? known[folded.indexOf(best)] : undefined;
}
