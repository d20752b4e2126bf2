import { z } from "zod";
import { sizes } from "../components/presets/index.ts";
import { effectOf, patroniControl, settingNames, settingOf } from "../components/server-settings/index.ts";
import { settingsFields } from "./schema.ts";

type JsonSchema = Record<string, unknown>;

const prefix = "pulumi-postgres-ha:";

/** What Pulumi itself writes into a stack's settings. https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/ */
const ofPulumi: Readonly<Record<string, JsonSchema>> = {
  secretsprovider: { type: "string", description: "What encrypts the stack's secrets; Pulumi's own." },
  encryptionsalt: { type: "string", description: "Belongs to the stack's passphrase; Pulumi's own." },
  encryptedkey: { type: "string", description: "Belongs to the stack's secrets provider; Pulumi's own." },
  environment: { description: "Environments of Pulumi ESC; where the system runs is pulumi-postgres-ha:environment." },
};

const secret: JsonSchema = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
  description: "A value that `pulumi config set --secret` has encrypted.",
};

/** The JSON schema of `Pulumi.<stack>.yaml`, for editors: what `stacks/schema.ts` checks, as far as one value shows it. */
export function settingsSchema(): JsonSchema {
  const fields = z.toJSONSchema(z.object(settingsFields), { io: "input", target: "draft-7", override: plainer });
  const own = Object.entries(fields.properties ?? {}).map(([key, schema]) => [
    `${prefix}${key}`,
    fromCommandLine(schema as JsonSchema),
  ]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Settings of a stack of pulumi-postgres-ha",
    description: "Made by `npm run schema` from the zod schemas; do not edit.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(own),
        // Other namespaces are other programs' and providers' settings.
        patternProperties: { [`^(?!${prefix})[^:]+:`]: {} },
        additionalProperties: false,
      },
      ...ofPulumi,
    },
    additionalProperties: false,
  };
}

interface Visited {
  readonly jsonSchema: JsonSchema;
  readonly path: readonly (string | number)[];
}

/** Says for people what zod says for programs. */
function plainer({ jsonSchema, path }: Visited): void {
  const keys = path.filter((_, index) => path[index - 1] === "properties");
  const key = keys.at(-1);
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // Of a part the defaults are those of its fields; the addresses are those of the machine at hand.
  if (typeof jsonSchema.default === "object" || key === "addresses") delete jsonSchema.default;
  const bySize = Object.entries(sizes).map(([size, preset]) => [size, valueAt(preset, keys)] as const);
  if (new Set(bySize.map(([, value]) => value)).size > 1 && !bySize.some(([, value]) => typeof value === "object")) {
    delete jsonSchema.default;
    const values = bySize.filter(([, value]) => value !== undefined).map(([size, value]) => `${size} ${value}`);
    jsonSchema.description = `${jsonSchema.description} Default: ${values.join(", ")}.`;
  }
  if (key === "parameters" && path.at(-1) === key) jsonSchema.properties = parameterSchemas();
  if (key === "secretKey" || key === "accessKey") {
    const { description, ...given } = { ...jsonSchema };
    for (const name of Object.keys(given)) delete jsonSchema[name];
    Object.assign(jsonSchema, { description, anyOf: [given, secret] });
  }
}

function valueAt(value: unknown, keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>(
    (at, key) => (at !== null && typeof at === "object" ? Reflect.get(at, key) : undefined),
    value,
  );
}

/** `pulumi config set` without `--path` writes every value as a text. */
function fromCommandLine(schema: JsonSchema): JsonSchema {
  if (schema.type !== "integer" && schema.type !== "number") return schema;
  const { description, ...given } = schema;
  return { description, anyOf: [given, { type: "string", pattern: "^\\d+$" }] };
}

/** The settings of PostgreSQL and of the extensions that a user may set. */
function parameterSchemas(): JsonSchema {
  const names = settingNames.filter((name) => effectOf(name) !== "fixed" && patroniControl(name) !== "owned");
  return Object.fromEntries(names.map((name) => [name, parameterSchema(name)]));
}

function parameterSchema(name: string): JsonSchema {
  const setting = settingOf(name);
  const about = setting?.about.replace(/\.?$/, ".");
  const unit = setting?.unit === undefined ? "" : ` A number without a unit is in ${setting.unit}.`;
  const standard = setting?.default === undefined ? "" : ` The server's default: ${setting.default || '""'}.`;
  const description = `${about}${unit}${standard}${effectOf(name) === "restart" ? " A change needs a restart." : ""}`;
  switch (setting?.type) {
    case "bool":
      return { description, enum: [true, false, "on", "off"] };
    case "enum":
      return { description, anyOf: [{ enum: setting.values ?? [] }, { type: ["string", "boolean", "number"] }] };
    case "integer":
    case "real":
      return { description, type: ["number", "string"] };
    default:
      return { description, type: ["string", "number", "boolean"] };
  }
}
