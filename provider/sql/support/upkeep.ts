import type { ResourceType } from "../../../toolchain/stand-ins/framework/types.ts";
import { fingerprint } from "./index.ts";

/**
 * A type whose `create` and `update` call `ensureSupport`: the first `up` of a version of the library with other functions updates each of its resources,
 * and so brings the functions of its database up to date.
 */
export function withSupport(type: ResourceType<unknown>): ResourceType<unknown> {
  return {
    ...type,
    renewed: [...(type.renewed ?? []), "support"],
    defaults: (inputs, olds, context) => ({
      ...(type.defaults?.(inputs, olds, context) ?? inputs),
      support: fingerprint,
    }),
    consequences: (olds, news) => [
      ...(olds.support === news.support ? [] : ["the functions of postgres_ha are brought up to date"]),
      ...(type.consequences?.(olds, news) ?? []),
    ],
  };
}
