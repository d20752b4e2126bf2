import { exposuresOf } from "../graph/exposures.ts";
import { filesOf } from "../graph/files.ts";
import { patroniSettingsOf } from "../graph/patroni.ts";
import type { Resource } from "../graph/resource.ts";
import { at, text } from "../graph/values.ts";
import type { StackRule } from "../rule.ts";

/** Whether every server and every pool of the stack refuses clients without TLS. */
export function demandsTls(resources: readonly Resource[]): boolean {
  const servers = resources.flatMap(patroniSettingsOf).map(({ dynamic, accessRules }) => {
    const ssl = text(at(dynamic, "postgresql", "parameters", "ssl")) ?? "off";
    const clear = accessRules.filter((line) => /^\s*(host|hostnossl|hostgssenc|hostnogssenc)\s/.test(line));
    return /^(on|true|yes|1)$/i.test(ssl) && clear.every((line) => /\sreject\s*$/.test(line));
  });
  const pools = resources
    .flatMap(filesOf)
    .filter(({ path }) => path.endsWith("pgbouncer.ini"))
    .map(({ content }) => /^\s*client_tls_sslmode\s*=\s*(require|verify-ca|verify-full)\s*$/m.test(content));
  const all = [...servers, ...pools];
  return all.length > 0 && all.every((demands) => demands);
}

export const closedPorts: StackRule = {
  name: "closed-ports",
  description: "No port of the database is open to every address without TLS.",
  enforcement: "mandatory",
  stackProblems: (resources) => {
    const exposed = resources.flatMap((resource) =>
      exposuresOf(resource, resources).map((exposure) => ({ resource, exposure })),
    );
    if (exposed.length === 0 || demandsTls(resources)) return [];
    return exposed.map(({ resource, exposure: { how, wayOut } }) => ({
      urn: resource.urn,
      message: `${how}, and not every server and pool of the stack demands TLS. ${wayOut}; or let them demand TLS.`,
    }));
  },
};
