import type { Properties } from "./values.ts";

/** A resource as rules see it: its inputs, and what holds it. */
export interface Resource {
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  readonly urn: string;
  readonly props: Properties;
  readonly protect: boolean;
}

/** `docker:index/container:Container` and `docker:Container` are the same to a rule. */
export function isType(resource: Pick<Resource, "type">, ...types: readonly string[]): boolean {
  const [pkg, module = "", name] = resource.type.split(":");
  const short = `${pkg}:${module.split("/")[0]}:${name}`;
  return types.includes(short);
}
