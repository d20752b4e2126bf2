import { isRecord } from "../framework/values.ts";

/** What to send for a registry, by its host. */
export type Registries = ReadonlyMap<string, string>;

/** The provider's `registryAuth`: a list of `{ address, username, password }`, which arrives as JSON text. */
export function registriesOf(setting: unknown): Registries {
  const list: unknown = typeof setting === "string" && setting !== "" ? JSON.parse(setting) : setting;
  if (list === undefined || list === null) return new Map();
  if (!Array.isArray(list)) throw new Error("the docker provider's registryAuth is no list");
  return new Map(list.filter(isRecord).map((entry) => [hostOf(String(entry.address)), header(entry)]));
}

/** The registry that an image's name names; Docker Hub where it names none. */
export function registryOf(image: string): string {
  const first = image.split("/")[0] ?? "";
  const named = image.includes("/") && (first.includes(".") || first.includes(":") || first === "localhost");
  return named ? first : "docker.io";
}

function header(entry: Readonly<Record<string, unknown>>): string {
  const { username, password, address } = entry;
  return Buffer.from(JSON.stringify({ username, password, serveraddress: address })).toString("base64url");
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, "").split("/")[0] ?? address;
}
