import { type Target, typed } from "./typed.ts";

/** A stack's outputs by name, in clear, with the names of those that are secret. */
export interface StackOutputs {
  readonly values: Readonly<Record<string, unknown>>;
  readonly secrets: ReadonlySet<string>;
}

/** The outputs that are told first, in this order, and what they are for. */
const endpoints: readonly (readonly [name: string, meaning: string])[] = [
  ["writeUrl", "write, through the pool"],
  ["readUrl", "read, through the pool"],
  ["primaryUrl", "primary, direct"],
  ["replicaUrl", "replicas, direct"],
  ["s3Endpoint", "S3"],
];

/** The password of each URL in the text as `****`. */
export function maskPassword(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^\s/?#]*@/gi, "$1:****@");
}

/**
 * What `--json` shows: secrets as Pulumi writes them, unless they were asked for.
 */
export function outputsForJson({ values, secrets }: StackOutputs, showSecrets: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, secrets.has(name) && !showSecrets ? "[secret]" : value]),
  );
}

/** The table at the end of `up` and of `outputs`. Empty where the stack has no outputs. */
export function renderEndpoints(outputs: StackOutputs, showSecrets: boolean, target: Target): string {
  const { values, secrets } = outputs;
  const show = (name: string): string => {
    const text = flatten(values[name]);
    if (showSecrets || !secrets.has(name)) return text;
    const masked = maskPassword(text);
    return masked === text ? "[secret]" : masked;
  };
  const known = new Set(["members", "credentials", ...endpoints.map(([name]) => name)]);
  const rows = [
    ...endpoints.filter(([name]) => values[name] !== undefined).map(([name, use]) => [name, show(name), use] as const),
    ...members(values.members),
    ...Object.keys(values)
      .filter((name) => !known.has(name))
      .sort()
      .map((name) => [name, show(name), ""] as const),
    ...(showSecrets ? credentials(values.credentials) : []),
  ];
  if (rows.length === 0) return "";
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length).filter((length) => length <= 90), 0);
  const lines = rows.map(([name, value, use]) =>
    `  ${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${use}`.trimEnd(),
  );
  const hidden = secrets.size > 0 && !showSecrets;
  const command = typed("outputs", target, "--show-secrets");
  return [...lines, ...(hidden ? ["", `  With passwords: ${command}`] : [])].join("\n");
}

function members(value: unknown): (readonly [string, string, string])[] {
  if (!Array.isArray(value)) return [];
  return value.map((member: unknown, index) => {
    return [index === 0 ? "members" : "", describeMember(member), ""] as const;
  });
}

/** A member is its name, or an object with a name and an address. */
function describeMember(member: unknown): string {
  if (typeof member !== "object" || member === null) return String(member);
  const { name = "", host = "", port } = member as { name?: string; host?: string; port?: number };
  return `${name} ${host}${port === undefined ? "" : `:${port}`}`.trim();
}

function credentials(value: unknown): (readonly [string, string, string])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([name, login]) => [`credentials.${name}`, describeLogin(login), ""] as const);
}

/** A login is a password, or an object such as `{ user, password }`. */
function describeLogin(login: unknown): string {
  if (typeof login !== "object" || login === null) return String(login);
  return Object.entries(login)
    .map(([key, value]) => `${key} ${flatten(value)}`)
    .join(", ");
}

const flatten = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
