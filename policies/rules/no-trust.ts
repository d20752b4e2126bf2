import { containersOf } from "../graph/containers.ts";
import { filesOf } from "../graph/files.ts";
import { patroniSettingsOf } from "../graph/patroni.ts";
import type { Resource } from "../graph/resource.ts";
import { text } from "../graph/values.ts";
import type { ResourceRule } from "../rule.ts";

/** The method of a line of pg_hba: https://www.postgresql.org/docs/current/auth-pg-hba-conf.html */
export function methodOf(line: string): string | undefined {
  const [kind = "", ...rest] =
    line
      .replace(/#.*$/, "")
      .trim()
      .match(/"[^"]*"|[^\s,]+(?:,[^\s,]+)*/g) ?? [];
  if (kind === "local") return rest[2];
  if (!kind.startsWith("host")) return undefined;
  // The mask of an address may stand by itself.
  return /^[0-9a-f.:]+$/i.test(rest[3] ?? "") ? rest[4] : rest[3];
}

export const noTrust: ResourceRule = {
  name: "no-trust",
  description: "Access rules trust nobody.",
  enforcement: "mandatory",
  problems: (resource) => [
    ...accessLines(resource)
      .filter((line) => methodOf(line)?.toLowerCase() === "trust")
      .map(
        (line) =>
          `the access rule "${line.trim()}" lets in whoever comes, without a password. Use scram-sha-256, cert, or peer ` +
          "for local connections.",
      ),
    ...trustingPools(resource),
    ...trustingImages(resource),
  ],
};

function accessLines(resource: Resource): string[] {
  const files = filesOf(resource).filter(({ path }) => /pg_hba\.conf$|(^|\/)hba(\.conf)?$/.test(path));
  return [
    ...patroniSettingsOf(resource).flatMap(({ accessRules }) => accessRules),
    ...files.flatMap(({ content }) => content.split("\n")),
  ];
}

function trustingPools(resource: Resource): string[] {
  return filesOf(resource)
    .filter(({ path }) => path.endsWith("pgbouncer.ini"))
    .flatMap(({ path, content }) => {
      const type = /^\s*auth_type\s*=\s*(trust|any)\s*$/m.exec(content)?.[1];
      return type === undefined ? [] : [`auth_type of ${path} is ${type}. Use scram-sha-256, cert or hba.`];
    });
}

function trustingImages(resource: Resource): string[] {
  return containersOf(resource)
    .flatMap(({ variables }) => variables)
    .filter(([name, value]) => name === "POSTGRES_HOST_AUTH_METHOD" && text(value) === "trust")
    .map(([name]) => `${name} is trust, which lets in whoever comes. Leave it out, or use scram-sha-256.`);
}
