import { nearest } from "../../../components/nearest.ts";

/** "did you mean X? Known are: ..." */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const list = [...known].sort().join(", ");
  return meant === undefined ? `known are: ${list}` : `did you mean "${meant}"? Known are: ${list}`;
}
