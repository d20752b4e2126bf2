import { UserError } from "./server.ts";

/** The comment that says which resource a role or database was made for, so that an interrupted run can be repeated. */
export function markOf(urn: string): string {
  return `made by Pulumi for ${urn}`;
}

/** Refuses to take over what this stack did not make: it may be somebody's data. */
export function alreadyThere(kind: "role" | "database" | "schema", token: string, urn: string, id: string): UserError {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return new UserError(
    `the ${kind} "${id}" exists already and was not made for this resource, so it is left alone. ` +
      `To manage it from here run \`pulumi import ${token} ${name} ${id}\`; otherwise give this resource another name, or drop the ${kind}`,
  );
}
