import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exampleFolder, exampleNames } from "../../toolchain/cli/examples.ts";
import { root } from "../support/command.ts";
import { type Declared, declaredBy } from "../support/declared.ts";

/** What an example's program declares. Like Pulumi, from its own folder. */
function declared(name: string): Promise<readonly Declared[]> {
  process.chdir(exampleFolder(name));
  return declaredBy(() => import(join(exampleFolder(name), "index.ts")), { preview: true });
}
afterAll(() => process.chdir(root));

/** The ports that the containers of a program publish. */
function portsOf(resources: readonly Declared[]): number[] {
  const containers = resources.filter(({ type }) => type === "Container");
  const ports = containers.flatMap(({ inputs }) => (inputs.ports ?? []) as { external?: number }[]);
  return [...new Set(ports.flatMap(({ external }) => external ?? []))];
}

describe("the examples", () => {
  it("are accepted, and run side by side and beside the stack of this clone", { timeout: 60_000 }, async () => {
    const names = exampleNames();
    expect(names).toEqual(["agrilogistic", "dapk", "keybuzz", "sagaz", "webhook-events"]);
    const taken = [5432, 5433, 6432, 6433, 9000];
    for (const name of names) {
      const ports = portsOf(await declared(name));
      expect(ports).toHaveLength(5);
      taken.push(...ports);
    }
    expect(new Set(taken).size).toBe(30);
  });
});
