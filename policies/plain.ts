import { UnknownValueError } from "@pulumi/policy";
import { type Properties, unknown, type Value } from "./graph/values.ts";

/** A resource's properties as plain values: Pulumi's own throw when one is read that is not known yet. */
export function plain(properties: Readonly<Record<string, unknown>>): Properties {
  return copy(properties) as Properties;
}

function copy(value: unknown): Value {
  if (typeof value !== "object" || value === null) return value as Value;
  const read = (key: string | number): Value => {
    try {
      return copy(Reflect.get(value, key));
    } catch (error) {
      if (error instanceof UnknownValueError) return unknown;
      throw error;
    }
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(key)]));
}
