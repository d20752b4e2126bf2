import { parse } from "yaml";
import { filesOf } from "./files.ts";
import { isType, type Resource } from "./resource.ts";
import { at, type Properties, record, texts, type Value } from "./values.ts";

/** What a resource says of a Patroni cluster. */
export interface PatroniSettings {
  /** For messages, e.g. `bootstrap.dcs of /etc/patroni/patroni.yml`. */
  readonly where: string;
  /** Patroni's dynamic configuration. */
  readonly dynamic: Properties;
  /** Lines of access rules, wherever Patroni takes them from. */
  readonly accessRules: readonly string[];
  /** The members' addresses on Raft, where the cluster keeps its own consensus. */
  readonly raftMembers: readonly string[];
}

/** The dynamic configuration that our own provider patches, and the files that Patroni reads. */
export function patroniSettingsOf(resource: Resource): PatroniSettings[] {
  if (isType(resource, "postgres-ha:index:PatroniConfiguration")) {
    const dynamic = record(resource.props.configuration);
    return [{ where: "configuration", dynamic, accessRules: accessRules(dynamic), raftMembers: [] }];
  }
  return filesOf(resource)
    .filter(({ content }) => /^(bootstrap|raft|postgresql):/m.test(content))
    .map(({ path, content }) => {
      const file = record(parsed(content));
      const dynamic = record(at(file, "bootstrap", "dcs"));
      return {
        where: `bootstrap.dcs of ${path}`,
        dynamic,
        accessRules: [...accessRules(dynamic), ...accessRules(file), ...texts(at(file, "bootstrap", "pg_hba"))],
        raftMembers: texts(at(file, "raft", "partner_addrs")),
      };
    });
}

const accessRules = (configuration: Properties): string[] => texts(at(configuration, "postgresql", "pg_hba"));

/** Several rules read the same files, and all members of a cluster have them. */
const known = new Map<string, Value>();

function parsed(content: string): Value {
  if (!known.has(content)) known.set(content, parseOrNothing(content));
  return known.get(content);
}

function parseOrNothing(content: string): Value {
  try {
    return parse(content) as Value;
  } catch {
    // No YAML: not Patroni's.
    return undefined;
  }
}
