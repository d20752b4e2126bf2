import type { StandIn } from "../framework/types.ts";
import { randomPassword } from "./random-password.ts";

/** Stands in for `pulumi-resource-random`. It has no settings and needs no client. */
export const random: StandIn<undefined> = {
  name: "random",
  version: "4.21.2",
  config: [],
  configure: () => undefined,
  resources: { "random:index/randomPassword:RandomPassword": randomPassword },
};
