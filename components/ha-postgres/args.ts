import { z } from "zod";
import { balancerArgs } from "../balancer/args.ts";
import { bucketArgs } from "../bucket/args.ts";
import { clusterArgs, clusterProblems } from "../cluster/args.ts";
import { consensusArgs } from "../consensus/args.ts";
import { databasesArgs } from "../databases/args.ts";
import { readPoolArgs, writePoolArgs } from "../pools/args.ts";

/** The parts of the system, for a schema that holds more than them. */
export const haPostgresFields = {
  consensus: consensusArgs.prefault({ kind: "etcd" }),
  cluster: clusterArgs.prefault({}),
  balancer: balancerArgs.prefault({}),
  pools: z.strictObject({ write: writePoolArgs.prefault({}), read: readPoolArgs.prefault({}) }).prefault({}),
  bucket: bucketArgs.prefault({ kind: "minio" }),
  databases: databasesArgs.prefault([{ name: "app", extensions: ["vector", "pg_stat_statements"] }]),
};

type Fields = z.output<z.ZodObject<typeof haPostgresFields>>;

/** What no part can see alone. */
export function haPostgresRules(settings: Fields, context: z.RefinementCtx): void {
  for (const { path, message } of clusterProblems(settings.cluster)) {
    context.addIssue({ code: "custom", path: ["cluster", path], message });
  }
  for (const { path, message } of portProblems(exposedPorts(settings))) {
    context.addIssue({ code: "custom", path, message });
  }
}

/** The whole system. Everything has a default. */
export const haPostgresArgs = z.strictObject(haPostgresFields).superRefine(haPostgresRules);

export type HaPostgresArgs = z.input<typeof haPostgresArgs>;
export type HaPostgresSettings = z.output<typeof haPostgresArgs>;

/** The port numbers that clients use, with the argument that sets each. */
export function exposedPorts(
  settings: Pick<HaPostgresSettings, "balancer" | "bucket">,
): { path: string[]; port: number }[] {
  const balancer = Object.entries(settings.balancer.ports).map(([name, port]) => ({
    path: ["balancer", "ports", name],
    port,
  }));
  const { bucket } = settings;
  return bucket.kind === "minio" ? [...balancer, { path: ["bucket", "port"], port: bucket.port }] : balancer;
}

function portProblems(ports: readonly { path: string[]; port: number }[]): { path: string[]; message: string }[] {
  return ports.flatMap(({ path, port }, index) => {
    const first = ports.findIndex((other) => other.port === port);
    const taken = ports[first];
    if (first === index || taken === undefined) return [];
    return [{ path, message: `${port} is ${taken.path.join(".")} already; each needs a port of its own` }];
  });
}
