import { CustomResource, type CustomResourceOptions, type Input } from "@pulumi/pulumi";
import type { InstanceAddress } from "../platforms/service.ts";

export interface PatroniConfigurationArgs {
  readonly members: readonly { readonly name: string; readonly instance: Input<InstanceAddress> }[];
  /** Logs in on the members' sockets. */
  readonly superuser: string;
  /** As Patroni's `PATCH /config` takes it. */
  readonly configuration: Input<object>;
  /**
   * What happens where a changed setting needs a restart: `rolling` restarts one member at a time, replicas first;
   * `pending` leaves it to a person.
   */
  readonly restarts: "rolling" | "pending";
}

/**
 * Patroni's dynamic configuration, which Patroni itself reads from its file only once, at bootstrap. An update patches what
 * differs and leaves alone what nobody declared; a refresh shows what was changed in the store or by ALTER SYSTEM. Data is
 * never touched. https://patroni.readthedocs.io/en/latest/dynamic_configuration.html
 */
export class PatroniConfiguration extends CustomResource {
  constructor(name: string, args: PatroniConfigurationArgs, opts?: CustomResourceOptions) {
    super("postgres-ha:index:PatroniConfiguration", name, { ...args }, opts);
  }
}
