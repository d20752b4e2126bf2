import type { Properties } from "../framework/types.ts";
import { flag, mustText, text, texts } from "../inputs.ts";
import { identifier } from "./sql.ts";

/** What privileges can be granted on, as far as this stand-in goes. */
export const objectTypes = ["database", "schema", "table", "sequence", "function", "procedure", "routine"] as const;
export type ObjectType = (typeof objectTypes)[number];

/** What default privileges can be about. */
export const defaultTypes = ["table", "sequence", "function", "routine", "type", "schema"] as const;
export type DefaultType = (typeof defaultTypes)[number];

const executable = ["EXECUTE"];
const privilegesOf: Readonly<Record<ObjectType | DefaultType, readonly string[]>> = {
  database: ["CREATE", "CONNECT", "TEMPORARY"],
  schema: ["CREATE", "USAGE"],
  table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  function: executable,
  procedure: executable,
  routine: executable,
  type: ["USAGE"],
};

/** MAINTAIN came with PostgreSQL 17. */
export function grantable(type: ObjectType | DefaultType, serverVersion = 17): readonly string[] {
  return privilegesOf[type].filter((privilege) => privilege !== "MAINTAIN" || serverVersion >= 17);
}

/** What is wrong with `privileges`, in words; `undefined` where all is well. */
export function privilegesProblem(type: ObjectType | DefaultType, privileges: readonly string[]): string | undefined {
  const wrong = privileges.filter((privilege) => privilege !== "ALL" && !grantable(type).includes(privilege));
  if (wrong.length === 0) return undefined;
  return `privileges holds ${wrong.map((each) => JSON.stringify(each)).join(", ")}; on a ${type} ALL, ${grantable(type).join(", ")} are allowed`;
}

/** Whether a role that has `granted` has what was `wanted`, which may be ALL. */
export function samePrivileges(
  type: ObjectType | DefaultType,
  wanted: readonly string[],
  granted: readonly string[],
  serverVersion: number,
): boolean {
  const all = wanted.includes("ALL") ? grantable(type, serverVersion) : wanted;
  return new Set(all).size === granted.length && all.every((privilege) => granted.includes(privilege));
}

/** Who may do something, and with what. */
export interface Target {
  readonly role: string;
  readonly database: string;
  readonly objectType: ObjectType;
  readonly schema: string | undefined;
  /** None: all of the schema. */
  readonly objects: readonly string[];
}

export function targetOf(properties: Properties): Target {
  return {
    role: mustText(properties, "role"),
    database: mustText(properties, "database"),
    objectType: mustText(properties, "objectType") as ObjectType,
    schema: text(properties, "schema"),
    objects: [...texts(properties, "objects")].sort(),
  };
}

/** As the real provider forms it, the order of several objects excepted, which is that of their hashes there. */
export function grantId({ role, database, objectType, schema, objects }: Target): string {
  return [role, database, ...(objectType === "database" ? [] : [schema ?? ""]), objectType, ...objects].join("_");
}

export function grantStatement(target: Target, privileges: readonly string[], withGrantOption: boolean): string {
  const option = withGrantOption ? " WITH GRANT OPTION" : "";
  return `GRANT ${privileges.join(", ")} ON ${objectsOf(target)} TO ${identifier(target.role)}${option}`;
}

/** Of single objects only what was granted is taken, so that grants on their columns stay. */
export function revokeStatement(target: Target, before: readonly string[]): string {
  const taken = target.objects.length > 0 && before.length > 0 ? before.join(", ") : "ALL PRIVILEGES";
  return `REVOKE ${taken} ON ${objectsOf(target)} FROM ${identifier(target.role)}`;
}

function objectsOf({ objectType, database, schema = "", objects }: Target): string {
  if (objectType === "database") return `DATABASE ${identifier(database)}`;
  if (objectType === "schema") return `SCHEMA ${identifier(schema)}`;
  const keyword = objectType.toUpperCase();
  if (objects.length === 0) return `ALL ${keyword}S IN SCHEMA ${identifier(schema)}`;
  return `${keyword} ${objects.map((object) => `${identifier(schema)}.${withArguments(object)}`).join(", ")}`;
}

/** A function's argument types, which tell those of one name apart, are no part of its name: `total(integer, text)`. */
function withArguments(object: string): string {
  const [name = "", ...types] = object.split("(");
  return types.length === 0 ? identifier(name) : `${identifier(name)}(${types.join("(")}`;
}

/** What a role gets on the things of one type that another role makes later. */
export interface DefaultTarget {
  readonly role: string;
  readonly database: string;
  readonly owner: string;
  readonly objectType: DefaultType;
  /** None: wherever the owner makes them. */
  readonly schema: string | undefined;
}

export function defaultTargetOf(properties: Properties): DefaultTarget {
  return {
    role: mustText(properties, "role"),
    database: mustText(properties, "database"),
    owner: mustText(properties, "owner"),
    objectType: mustText(properties, "objectType") as DefaultType,
    schema: text(properties, "schema"),
  };
}

export function defaultPrivilegesId({ role, database, schema, owner, objectType }: DefaultTarget): string {
  return [role, database, schema ?? "noschema", owner, objectType].join("_");
}

/** Takes everything first: otherwise fewer privileges would leave the old ones. */
export function defaultStatements(
  target: DefaultTarget,
  privileges: readonly string[],
  withGrantOption: boolean,
): readonly string[] {
  const { role, owner, objectType, schema } = target;
  const inSchema = schema === undefined ? "" : ` IN SCHEMA ${identifier(schema)}`;
  const alter = `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)}${inSchema}`;
  const things = `${objectType.toUpperCase()}S`;
  const option = withGrantOption ? " WITH GRANT OPTION" : "";
  return [
    `${alter} REVOKE ALL ON ${things} FROM ${identifier(role)}`,
    ...(privileges.length === 0
      ? []
      : [`${alter} GRANT ${privileges.join(", ")} ON ${things} TO ${identifier(role)}${option}`]),
  ];
}

export function wantedPrivileges(properties: Properties): readonly string[] {
  return [...new Set(texts(properties, "privileges"))].sort();
}

export function withGrantOption(properties: Properties): boolean {
  return flag(properties, "withGrantOption");
}
