import { nameOf, shortType } from "./resource-names.ts";
import { type Target, typed } from "./typed.ts";

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly protect?: boolean;
}

/** The resources that an export of a stack's state says are protected, by type: what holds data. */
export function protectedResources(exported: string): Record<string, string[]> {
  const state = JSON.parse(exported) as { deployment?: { resources?: StateResource[] } };
  const kept: Record<string, string[]> = {};
  for (const { urn, type, custom, protect } of state.deployment?.resources ?? []) {
    if (!custom || !protect || type.startsWith("pulumi:providers:")) continue;
    kept[type] = [...(kept[type] ?? []), nameOf(urn)].sort();
  }
  return kept;
}

/** The closing words of a `destroy` that keeps data. */
export function describeKept(
  kept: Readonly<Record<string, readonly string[]>>,
  target: Target & { readonly stack: string },
): string {
  const rows = Object.entries(kept).map(([type, names]) => `  ${names.length} ${shortType(type)}: ${names.join(", ")}`);
  if (rows.length === 0) return `Stack ${target.stack} holds no data; nothing was kept.`;
  return [
    `Kept, because they hold data; the next ${typed("up", { example: target.example })} finds them:`,
    ...rows,
    `To delete them too: ${typed("destroy", target, "--delete-data", target.stack)}`,
  ].join("\n");
}
