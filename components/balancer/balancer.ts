import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { Endpoint, Platform, Service } from "../../platforms/service.ts";
import { parseArguments } from "../arguments.ts";
import { openFiles } from "../open-files.ts";
import { type BalancerArgs, type BalancerSettings, balancerArgs } from "./args.ts";
import { type Backends, haproxyConfig } from "./haproxy.ts";
import { balancerRules } from "./rules.ts";
import { serverStates, statesAtStart } from "./server-states.ts";

export interface BalancerOptions {
  readonly platform: Platform;
  readonly backends: Backends;
  /** What is placed first, e.g. the servers that this leads to. */
  readonly after?: readonly Resource[];
  readonly balancer?: BalancerArgs;
}

/** The name of the service; poolers reach the primary and the replicas through its address. */
export const balancerService = "haproxy";

function describe(settings: BalancerSettings, backends: Backends): Service {
  return {
    name: balancerService,
    role: "haproxy",
    instances: settings.instances,
    files: [
      { path: "/etc/haproxy/haproxy.cfg", content: haproxyConfig(settings, backends) },
      { path: statesAtStart, content: serverStates(backends.members) },
    ],
    volumes: [],
    ports: Object.entries(settings.ports).map(([name, port]) => ({ name, port, exposed: true })),
    user: 999,
    health: { command: ["/usr/local/bin/healthy"], interval: 10, timeout: 3, retries: 3, startPeriod: 10 },
    limits: { memory: settings.memory, openFiles },
    stop: { signal: "SIGTERM", grace: 10 },
    waitForHealth: false,
  };
}

/** HAProxy, as often as asked for: clients' way to the poolers, and the poolers' and direct clients' way to the right member. */
export class Balancer extends ComponentResource {
  readonly endpoints: Readonly<Record<"write" | "read" | "primary" | "replica", Endpoint>>;

  constructor(name: string, args: BalancerOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:Balancer", name, {}, opts);
    const settings = parseArguments(`Balancer ${name}`, balancerArgs, args.balancer ?? {}, balancerRules);
    const service = args.platform.place(describe(settings, args.backends), {
      parent: this,
      ...(args.after ? { dependsOn: args.after } : {}),
    });
    this.endpoints = {
      write: service.endpoint("write"),
      read: service.endpoint("read"),
      primary: service.endpoint("primary"),
      replica: service.endpoint("replica"),
    };
    this.registerOutputs({});
  }
}
