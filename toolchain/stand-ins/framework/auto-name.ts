import { createHash } from "node:crypto";

/**
 * A name for a resource whose program gives none: the resource's own name and seven hex digits made from its URN. Always
 * the same for one URN, so that a run that was killed finds what it had begun.
 */
export function autoName(urn: string): string {
  const own = urn.slice(urn.lastIndexOf("::") + 2);
  return `${own}-${createHash("sha256").update(urn).digest("hex").slice(0, 7)}`;
}
