import { createHash } from "node:crypto";
import type { Properties } from "../framework/types.ts";
import { isRecord } from "../framework/values.ts";
import type { ContainerInputs } from "./container-inputs.ts";
import { contentOf } from "./uploads.ts";

/** What only says how a container is waited for and removed: it is the same container with other values. */
const notInside: readonly string[] = ["destroyGraceSeconds", "removeVolumes", "wait", "waitTimeout"];

/**
 * A hash of everything that a container is made of, uploaded files included. It says nothing to those who may look at a
 * container that they could not read inside it.
 */
export async function inputsHash(inputs: ContainerInputs): Promise<string> {
  const inside = Object.entries(inputs as unknown as Properties).filter(([key]) => !notInside.includes(key));
  const hash = createHash("sha256").update(JSON.stringify(ordered(Object.fromEntries(inside))));
  for (const upload of inputs.uploads ?? []) hash.update(await contentOf(upload));
  return hash.digest("hex");
}

/** With the keys of every record in one order. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, ordered(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
