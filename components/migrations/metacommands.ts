/** What a line of psql's own commands means here. */
export interface Said {
  /** Why the file cannot be run. */
  readonly refused?: string;
}

const without: Said = {};

/** Those that change nothing of what a file does here: it always stops at its first error, and nobody reads psql's output. */
const harmless = /^(restrict|unrestrict|echo|qecho|warn|timing|pset|x|a|t|unset|prompt|conninfo|d[a-zA-Z+]*|l\+?)$/;

/**
 * A line that begins with a backslash, as pg_dump writes and as people write for psql.
 * @param database The one that the files run in, where it is known.
 */
export function saidBy(text: string, database?: string): Said {
  const [, command = "", rest = ""] = /^\s*\\(\S*)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (harmless.test(command)) return without;
  if (command === "set") return set(rest);
  if (command === "encoding") return encoding(rest);
  if (command === "c" || command === "connect") return connect(rest, database);
  return { refused: `\\${command} is a command of psql and cannot be run here${wayOut(command)}` };
}

function set(rest: string): Said {
  if (/^ON_ERROR_STOP(\s|$)|^(QUIET|VERBOSITY|ECHO|AUTOCOMMIT\s+on)(\s|$)/i.test(rest)) return without;
  return { refused: `\\set ${rest}: variables of psql are not put into statements here; write the value itself` };
}

function encoding(rest: string): Said {
  if (/^'?utf-?8'?$/i.test(rest)) return without;
  return { refused: `\\encoding ${rest}: files are read as UTF-8; convert the file and remove the line` };
}

function connect(rest: string, database: string | undefined): Said {
  const name = rest.split(/\s+/)[0]?.replaceAll('"', "") ?? "";
  if (name === database && /^\S+$/.test(rest)) return without;
  const place = database === undefined ? "one database" : `database "${database}"`;
  return {
    refused: `\\connect ${rest}: these files run in ${place}; give what belongs to another one to its own Migrations`,
  };
}

function wayOut(command: string): string {
  if (/^(i|ir|include|include_relative)$/.test(command))
    return "; give the file that it reads as a migration of its own";
  if (command === "copy") return "; write COPY .. FROM stdin with its data";
  if (/^(g|gexec|gset|gx|gdesc|;|bind|parse)/.test(command)) return "; end the statement with a semicolon";
  if (/^(if|elif|else|endif)$/.test(command)) return "; decide in a DO block, or in the program";
  return "; remove the line";
}
