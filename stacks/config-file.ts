import { parseDocument } from "yaml";

/** What stands for a value that cannot be read without the stack's passphrase. */
export const hidden = "****";

/** Pulumi hands objects, numbers and booleans over as JSON, and so does a settings file what the command line wrote into it. */
export function configValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface ConfigFile {
  /** The settings of the project, by their names without its own. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Settings that are encrypted as a whole: nothing of them can be read. */
  readonly encrypted: readonly string[];
}

/**
 * The settings in a `Pulumi.<stack>.yaml`, without Pulumi: encrypted values are `****`.
 * @throws UnreadableFile where it is no YAML, or no settings file.
 */
export function readConfigFile(text: string, project: string): ConfigFile {
  const config = configIn(text);
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, value]) => [key.slice(project.length + 1), value] as const);
  const [encrypted, readable] = [
    own.filter(([, value]) => isSecret(value)),
    own.filter(([, value]) => !isSecret(value)),
  ];
  return {
    values: Object.fromEntries(
      readable.map(([key, value]) => [key, typeof value === "string" ? configValue(value) : masked(value)]),
    ),
    encrypted: encrypted.map(([key]) => key),
  };
}

/** A settings file that Pulumi would not take either. */
export class UnreadableFile extends Error {}

function configIn(text: string): Record<string, unknown> {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split("\n").length;
    throw new UnreadableFile(`is not valid YAML: line ${line}: ${error.message}`);
  }
  const content: unknown = document.toJS() ?? {};
  const config = isObject(content) ? (content.config ?? {}) : undefined;
  if (isObject(config)) return config;
  throw new UnreadableFile("holds no settings: there must be a mapping with the key config, which is a mapping too");
}

function masked(value: unknown): unknown {
  if (isSecret(value)) return hidden;
  if (Array.isArray(value)) return value.map(masked);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
  return value;
}

function isSecret(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
