import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "./types.ts";

/** How the engine writes a value that is not known yet, in a preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value, or anything inside it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isRecord(value) && Object.values(value).some(hasUnknown);
}

/** Without the properties that are not wholly known. */
export function knownOnly(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => !hasUnknown(value)));
}

/** Properties of the wire. Secrets come out in clear and nulls are left out: both mean nothing to a provider. */
export function decode(struct: structs.Struct | undefined): Properties {
  const plain = clear(struct?.toJavaScript() ?? {});
  return isRecord(plain) ? plain : {};
}

/** Properties for the wire, those named in `secrets` marked as secret. */
export function encode(properties: Properties, secrets: readonly string[] = []): structs.Struct {
  const marked = Object.entries(properties)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => [
      key,
      secrets.includes(key) && value !== unknownValue ? { [signatureKey]: secretSignature, value } : value,
    ]);
  // The round trip drops what is undefined deep inside, which the wire cannot carry.
  return structs.Struct.fromJavaScript(JSON.parse(JSON.stringify(Object.fromEntries(marked))));
}

/**
 * Without the notes that real providers write beside the properties: `__defaults` (inputs that were not the user's) and
 * `__meta` (the version of their schema). They occur at every depth.
 */
export function withoutNotes(properties: Properties): Properties {
  const stripped = strip(properties);
  return isRecord(stripped) ? stripped : {};
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "__defaults" && key !== "__meta");
  return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner)]));
}

function clear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clear);
  if (!isRecord(value)) return value;
  if (value[signatureKey] === secretSignature) return clear(value.value);
  const kept = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, clear(inner)]));
}
