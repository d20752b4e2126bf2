import { type Problem, type Rule, within } from "../arguments.ts";
import { balancerRules, mostConnections } from "../balancer/rules.ts";
import { clusterRules } from "../cluster/rules.ts";
import { maxConnections } from "../cluster/server-parameters.ts";
import { extensionLibraries } from "../databases/extensions.ts";
import { accessRules, cronDatabaseOf } from "../databases/rules.ts";
import { poolRules } from "../pools/rules.ts";
import { numberOf } from "../server-settings/index.ts";
import { exposedPorts, type HaPostgresSettings } from "./args.ts";
import { connectionsOf, poolConnections, poolers, poolUsers } from "./connections.ts";
import { goalRule } from "./goal-rule.ts";

type SystemRule = Rule<HaPostgresSettings>;

const clusterPart = clusterRules.map((rule): SystemRule => {
  return (settings) =>
    within(
      "cluster",
      rule(settings.cluster, () => extensionsOf(settings)),
    );
});
const balancerPart = balancerRules.map((rule): SystemRule => {
  return (settings) => within("balancer", rule(settings.balancer));
});
const poolParts = (["write", "read"] as const).flatMap((purpose) =>
  poolRules.map((rule): SystemRule => {
    return (settings) =>
      within(
        `pools.${purpose}`,
        rule(settings.pools[purpose], () => poolUsers(settings)),
      );
  }),
);

const accessPart = accessRules.map((rule): SystemRule => {
  return (settings) => {
    return rule(settings, {
      superuser: settings.cluster.superuser,
      cronDatabase: cronDatabaseOf(settings.cluster.parameters),
    });
  };
});

/** What no single field of the whole system shows. */
export const haPostgresRules: readonly SystemRule[] = [
  ...clusterPart,
  ...balancerPart,
  ...poolParts,
  ...accessPart,
  connectionsRule,
  roleLimitsRule,
  clientsRule,
  portsRule,
  goalRule,
];

function extensionsOf({ databases }: HaPostgresSettings) {
  const names = databases.flatMap(({ extensions }) => extensions);
  return { names, libraries: extensionLibraries(names) };
}

/** What all pools may open must fit on one server: the read pool comes to the primary when no replica is fit. */
function connectionsRule(settings: HaPostgresSettings): Problem[] {
  const { cluster, pools } = settings;
  const reserved = ["superuser_reserved_connections", "reserved_connections"].map((name) => {
    const value = cluster.parameters[name];
    const standard = name === "superuser_reserved_connections" ? 3 : 0;
    return (value === undefined ? undefined : numberOf(name, value)) ?? standard;
  });
  const reserves = reserved.reduce((sum, value) => sum + value, 0);
  const total = maxConnections(cluster);
  const wanted = poolConnections(settings);
  if (wanted <= total - reserves) return [];
  const shares = (["write", "read"] as const).map((purpose) => {
    const { instances, defaultPoolSize } = pools[purpose];
    return `${connectionsOf(purpose, settings)} of pools.${purpose} (${instances} instances of ${timesOf(settings)} times ${defaultPoolSize})`;
  });
  const named = cluster.parameters.max_connections === undefined ? "connections" : "parameters.max_connections";
  const message = `${total} less ${reserves} reserved is fewer than the ${wanted} connections that the pools may open: ${shares.join(", ")}; raise it to ${wanted + reserves}, or lower pools.*.defaultPoolSize${settings.roles.length > 0 ? " or roles[*].connectionLimit" : ""}`;
  return [{ path: `cluster.${named}`, message }];
}

/** Pools of one PgBouncer: one for each database and each role that logs in to it. */
function timesOf(settings: HaPostgresSettings): number {
  return poolUsers(settings).reduce((sum, { databases }) => sum + databases, 0);
}

/** A PgBouncer that cannot open one connection for a role answers its clients with an error. */
function roleLimitsRule(settings: HaPostgresSettings): Problem[] {
  const least = poolers(settings);
  return settings.roles.flatMap(({ connectionLimit, login }, index) => {
    if (!login || connectionLimit === undefined || connectionLimit >= least) return [];
    const message = `${connectionLimit} is fewer than the ${least} PgBouncers, each of which needs one; at least ${least}`;
    return [{ path: `roles[${index}].connectionLimit`, message }];
  });
}

/** When only one balancer is left, it has all clients of all pools, and the way from the pools to the servers. */
function clientsRule(settings: HaPostgresSettings): Problem[] {
  const { balancer, pools } = settings;
  const clients = [pools.write, pools.read].reduce(
    (sum, { instances, maxClientConnections }) => sum + instances * maxClientConnections,
    0,
  );
  const servers = poolConnections(settings);
  const all = clients + servers;
  if (all <= balancer.maxConnections) return [];
  const way = all <= mostConnections ? `raise it to ${all}, or ` : "";
  const message = `${balancer.maxConnections} is fewer than the ${all} connections that one balancer has when the others are gone: ${clients} clients of the pools, ${servers} of the pools to the servers; ${way}lower pools.*.maxClientConnections`;
  return [{ path: "balancer.maxConnections", message }];
}

/** Each port that clients use is a port of one service. */
function portsRule(settings: HaPostgresSettings): Problem[] {
  const ports = exposedPorts(settings);
  return ports.flatMap(({ path, port }, index) => {
    const first = ports.findIndex((other) => other.port === port);
    const taken = ports[first];
    if (first === index || taken === undefined) return [];
    const message = `${port} is ${taken.path.join(".")} already; each needs a port of its own`;
    return [{ path: path.join("."), message }];
  });
}
