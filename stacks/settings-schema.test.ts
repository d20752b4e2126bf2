import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { readConfigFile } from "./config-file.ts";
import { parseStackSettings } from "./schema.ts";
import { settingsSchema } from "./settings-schema.ts";

const schema = settingsSchema();
const accepts = new Ajv({ strict: false, validateFormats: false }).compile(schema);
const file = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

/** Every object of settings in the schema, with the properties that it has. */
function objectsIn(
  node: unknown,
  path: string,
): { path: string; properties: Record<string, Record<string, unknown>> }[] {
  if (node === null || typeof node !== "object") return [];
  const own = Reflect.get(node, "properties") as Record<string, Record<string, unknown>> | undefined;
  const inner = Object.entries(node).flatMap(([key, child]) => objectsIn(child, `${path}/${key}`));
  return own === undefined || typeof own !== "object" ? inner : [{ path, properties: own }, ...inner];
}

describe("the JSON schema of a stack's settings", () => {
  it("is the committed one; else run `npm run schema`", () => {
    expect(JSON.parse(file("settings.schema.json"))).toEqual(schema);
  });

  it("says what every setting means", () => {
    const silent = objectsIn(schema, "")
      .flatMap(({ path, properties }) => Object.entries(properties).map(([key, value]) => ({ path, key, value })))
      .filter(({ key, value }) => !["config", "secure"].includes(key) && typeof value.description !== "string");
    expect(silent.map(({ path, key }) => `${path}/${key}`)).toEqual([]);
  });

  it("accepts the settings that the README shows", () => {
    const readme = file("../README.md");
    const examples = [...readme.matchAll(/```yaml\n(config:\n.*?)```/gs)].map(([, text]) => parse(text ?? ""));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(accepts(example), JSON.stringify(accepts.errors)).toBe(true);
      const { values } = readConfigFile(stringify(example), "pulumi-postgres-ha");
      expect(() => parseStackSettings("local", values)).not.toThrow();
    }
  });

  const config = (key: string, value: unknown) => ({ config: { [`pulumi-postgres-ha:${key}`]: value } });
  it.each<[string, unknown]>([
    ["what only Pulumi wrote", { encryptionsalt: "v1:abc=:v1:def" }],
    ["an environment", config("environment", "kubernetes")],
    ["sizes with units", config("cluster", { memory: "16GiB", volumeSize: "200GiB", cores: 0.5 })],
    ["a size in MiB", config("cluster", { memory: 768 })],
    ["a number as the command line writes it", config("recoveryTimeGoal", "30")],
    [
      "an encrypted secret",
      config("bucket", {
        kind: "s3",
        endpoint: "https://s3.example.com",
        bucket: "them",
        accessKey: "k",
        secretKey: { secure: "v1:x" },
      }),
    ],
    ["settings of a provider", { config: { "aws:region": "eu-central-1" } }],
    ["a setting of PostgreSQL", config("cluster", { parameters: { work_mem: "8MB", wal_compression: "lz4" } })],
    ["a setting of an extension that it does not know", config("cluster", { parameters: { "mine.size": 1 } })],
  ])("accepts %s", (_, value) => {
    expect(accepts(value), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each<[string, unknown]>([
    ["a part", config("clustr", {})],
    ["a key", config("cluster", { memry: "16GiB" })],
    ["a key deep inside", config("pools", { write: { instnces: 1 } })],
    ["a key of Docker's place", config("docker", { portOfset: 1 })],
    ["a key of a choice", config("consensus", { kind: "raft", members: 3 })],
    ["a preset", config("size", "huge")],
    ["a unit", config("cluster", { memory: "16GB" })],
    ["a duration", config("recoveryTimeGoal", "30s")],
    ["milliseconds", config("recoveryTimeGoal", 30000)],
    ["a key without the project's name", { config: { cluster: {} } }],
    ["a key beside config", { confg: {} }],
  ])("refuses %s that is wrong", (_, value) => {
    expect(accepts(value)).toBe(false);
  });

  it("has the default of each size, where sizes differ", () => {
    const text = JSON.stringify(schema);
    expect(text).toContain("laptop 1536MiB, small 4GiB, production 16GiB.");
    expect(text).not.toContain('"default":{}');
  });
});
