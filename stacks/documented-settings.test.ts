import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { parseStackSettings } from "./schema.ts";

const pages = ["machines", "kubernetes"]
  .map((name) => readFileSync(new URL(`../docs/${name}.md`, import.meta.url), "utf8"))
  .join("\n");
const examples = [...pages.matchAll(/`Pulumi\.(\w+)\.yaml`[^`]*```yaml\n(.*?)```/gs)];

it.each(examples.map(([, stack = "", yaml = ""]) => [stack, yaml] as const))(
  "the settings of stack %s in its documentation are accepted",
  (stack, yaml) => {
    const { config } = parse(yaml) as { config: Record<string, unknown> };
    const values = Object.entries(config).map(([key, value]) => [key.replace("pulumi-postgres-ha:", ""), value]);
    expect(parseStackSettings(stack, Object.fromEntries(values))).toMatchObject({ environment: stack });
  },
);

it("there are such settings", () => {
  expect(examples.map(([, stack]) => stack)).toEqual(["vms", "aws", "kubernetes"]);
});
