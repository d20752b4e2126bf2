import type { Properties } from "../framework/types.ts";
import { flag, number, text } from "../inputs.ts";
import { identifier, literal } from "./sql.ts";

/** A row of `pg_database`, as `readRow` selects it. */
export interface DatabaseRow {
  readonly datname: string;
  readonly owner: string;
  readonly encoding: string;
  readonly datcollate: string;
  readonly datctype: string;
  readonly tablespace: string;
  readonly datconnlimit: number;
  readonly datallowconn: boolean;
  readonly datistemplate: boolean;
  readonly mark: string | null;
}

/** What the real provider assumes where the program says nothing. */
export const databaseDefaults: Properties = {
  allowConnections: true,
  alterObjectOwnership: false,
  connectionLimit: -1,
};

/** What is decided at creation where the program says nothing. A value that is left out later on stays as it is. */
export const decidedByServer = [
  "encoding",
  "isTemplate",
  "lcCollate",
  "lcCtype",
  "owner",
  "tablespaceName",
  "template",
] as const;

/** CREATE DATABASE with the real provider's defaults: `template0`, UTF8, the collation of the template, the provider's user as owner. */
export function createStatement(name: string, inputs: Properties, user: string): string {
  const collate = text(inputs, "lcCollate");
  const ctype = text(inputs, "lcCtype");
  const tablespace = text(inputs, "tablespaceName");
  return [
    `CREATE DATABASE ${identifier(name)}`,
    `OWNER ${identifier(text(inputs, "owner") ?? user)}`,
    `TEMPLATE ${identifier(text(inputs, "template") ?? "template0")}`,
    `ENCODING ${literal(text(inputs, "encoding") ?? "UTF8")}`,
    ...(collate === undefined ? [] : [`LC_COLLATE ${literal(collate)}`]),
    ...(ctype === undefined ? [] : [`LC_CTYPE ${literal(ctype)}`]),
    ...(tablespace === undefined ? [] : [`TABLESPACE ${identifier(tablespace)}`]),
    `ALLOW_CONNECTIONS ${inputs.allowConnections !== false}`,
    `CONNECTION LIMIT ${number(inputs, "connectionLimit") ?? -1}`,
    `IS_TEMPLATE ${flag(inputs, "isTemplate")}`,
  ].join(" ");
}

/** The ALTER DATABASE statements that bring a database in line, its name and owner excepted. */
export function alterStatements(name: string, wanted: Properties, live: DatabaseRow): readonly string[] {
  const alter = `ALTER DATABASE ${identifier(name)}`;
  const limit = number(wanted, "connectionLimit") ?? -1;
  const allow = wanted.allowConnections !== false;
  const template = wanted.isTemplate === undefined ? live.datistemplate : flag(wanted, "isTemplate");
  const tablespace = text(wanted, "tablespaceName") ?? live.tablespace;
  return [
    ...(tablespace === live.tablespace ? [] : [`${alter} SET TABLESPACE ${identifier(tablespace)}`]),
    ...(limit === live.datconnlimit ? [] : [`${alter} CONNECTION LIMIT ${limit}`]),
    ...(allow === live.datallowconn ? [] : [`${alter} ALLOW_CONNECTIONS ${allow}`]),
    ...(template === live.datistemplate ? [] : [`${alter} IS_TEMPLATE ${template}`]),
  ];
}

/** What can't be changed in a database that exists and differs from what is wanted, in words; `undefined` where all is well. */
export function fixedDifference(wanted: Properties, live: DatabaseRow): string | undefined {
  const pairs = [
    ["encoding", live.encoding],
    ["lcCollate", live.datcollate],
    ["lcCtype", live.datctype],
  ] as const;
  const differing = pairs.find(([property, value]) => {
    const asked = text(wanted, property);
    return asked !== undefined && (property === "encoding" ? plain(asked) !== plain(value) : asked !== value);
  });
  return differing && `its ${differing[0]} is "${differing[1]}", not "${text(wanted, differing[0])}"`;
}

/** The database as properties. What PostgreSQL does not keep (the template, `alterObjectOwnership`) is taken from the last run. */
export function databaseProperties(row: DatabaseRow, last: Properties): Properties {
  return {
    name: row.datname,
    owner: row.owner,
    template: text(last, "template") ?? "template0",
    encoding: row.encoding,
    lcCollate: row.datcollate,
    lcCtype: row.datctype,
    tablespaceName: row.tablespace,
    connectionLimit: row.datconnlimit,
    allowConnections: row.datallowconn,
    isTemplate: row.datistemplate,
    alterObjectOwnership: flag(last, "alterObjectOwnership"),
  };
}

/** "utf8" and "UTF-8" are what the server calls UTF8. Taken for a change, another spelling would replace the database. */
export function canonicalEncoding(inputs: Properties): Properties {
  const encoding = text(inputs, "encoding");
  return encoding === undefined ? inputs : { ...inputs, encoding: plain(encoding) };
}

function plain(encoding: string): string {
  return encoding.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
