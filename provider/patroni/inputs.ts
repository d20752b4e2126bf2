import type { InstanceAddress } from "../../platforms/service.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";

/** A leaf or a branch of Patroni's dynamic configuration. */
export type ConfigValue =
  | string
  | number
  | boolean
  | null
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };
export type Configuration = { readonly [key: string]: ConfigValue };

/** The inputs of `postgres-ha:index:PatroniConfiguration`; resources/patroni-configuration.ts says what they mean. */
export interface ConfigurationInputs {
  readonly members: readonly MemberInput[];
  readonly superuser: string;
  readonly configuration: Configuration;
  readonly restarts: "rolling" | "pending";
  /** Never an input of a program: what a refresh found set on a member alone, by member and setting. */
  readonly overrides?: Overrides;
}

export interface MemberInput {
  readonly name: string;
  readonly instance: InstanceAddress;
}

/** Settings that a member's `postgresql.auto.conf` holds (ALTER SYSTEM). */
export type Overrides = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const configurationInputs = (properties: Properties) => properties as unknown as ConfigurationInputs;
