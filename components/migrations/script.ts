import { type Said, saidBy } from "./metacommands.ts";
import { cutsOf, endOfLine } from "./pieces.ts";
import type { Scanner } from "./scanner.ts";
import { type Found, statementsIn, type TransactionControl } from "./statements.ts";

/** One statement of a file. */
export interface Statement {
  /** Where it begins in its file, from 1. */
  readonly line: number;
  readonly sql: string;
  /** What follows a `COPY .. FROM stdin`. */
  readonly data?: string;
  /** It makes an extension, or a comment on one, which belong to the superuser. */
  readonly extension?: true;
  /** It sets something for the statements after it, in their session. */
  readonly setting?: true;
  /** The index that it builds concurrently: what is left of it when that is cut short has to go before it can be built again. */
  readonly index?: { readonly name: string; readonly table: string };
}

/** As it is read, before the file is taken as a whole. */
export interface ReadStatement extends Statement {
  /** What it does to the transaction that it is in. */
  readonly transaction?: TransactionControl;
}

/** What is wrong in a file, and where. */
export interface Mistake {
  readonly line: number;
  readonly message: string;
}

export interface Script {
  readonly statements: readonly ReadStatement[];
  readonly mistakes: readonly Mistake[];
}

/** What a reader of a script goes through: SQL, psql's own commands, and the data of COPY. */
export function readScript(scanner: Scanner, sql: string, database?: string): Script {
  const bytes = Buffer.from(sql).toString("latin1"); // one character for each byte, as the scanner counts
  const reader = new Reader(scanner, bytes, database);
  reader.read();
  return reader;
}

class Reader implements Script {
  readonly statements: ReadStatement[] = [];
  readonly mistakes: Mistake[] = [];
  readonly #scanner: Scanner;
  readonly #text: string;
  readonly #database: string | undefined;
  readonly #cuts: (from: number) => Generator<number>;
  #at = 0;
  #counted = { at: 0, line: 1 };

  constructor(scanner: Scanner, text: string, database: string | undefined) {
    this.#scanner = scanner;
    this.#text = text;
    this.#database = database;
    this.#cuts = cutsOf(text);
  }

  read(): void {
    while (this.#at < this.#text.length) {
      if (/^[ \t]*\\/.test(this.#text.slice(this.#at, this.#at + 1000))) this.#command();
      else this.#sql();
    }
  }

  #command(): void {
    const line = this.#lineOf(this.#at);
    const end = endOfLine(this.#text, this.#at);
    const said: Said = saidBy(utf8(this.#text.slice(this.#at, end)), this.#database);
    if (said.refused !== undefined) this.mistakes.push({ line, message: said.refused });
    this.#at = end;
  }

  /** Reads the statements up to the nearest cut that ends outside all of them. */
  #sql(): void {
    const from = this.#at;
    for (const cut of this.#cuts(from)) {
      const tokens = this.#scanner.scan(utf8(this.#text.slice(from, cut)));
      if (tokens === undefined) continue;
      const { whole, rest } = statementsIn(tokens);
      const open = rest !== undefined && cut < this.#text.length;
      if (open && whole.length === 0) continue;
      this.#at = open ? from + (whole.at(-1)?.after ?? 0) : cut;
      for (const found of open || rest === undefined ? whole : [...whole, rest]) {
        if (this.#add(from, found)) return; // what was scanned after it was data
      }
      return;
    }
    this.#unreadable(from);
  }

  /** Whether data follows, which moves on. */
  #add(from: number, found: Found): boolean {
    const line = this.#lineOf(from + found.start);
    const sql = utf8(this.#text.slice(from + found.start, from + found.end));
    const inner = found.tokens.find(({ text }) => text === "\\");
    if (inner) {
      const place = this.#lineOf(from + inner.start);
      this.mistakes.push({ line: place, message: "a command of psql inside a statement; only SQL can be run here" });
    }
    const { copies, extension, setting, index, transaction } = found;
    const data = copies ? this.#data(from + found.after, line) : undefined;
    this.statements.push({
      line,
      sql,
      ...(data === undefined ? {} : { data }),
      ...(extension ? { extension: true } : {}),
      ...(setting ? { setting: true } : {}),
      ...(transaction ? { transaction } : {}),
      ...(index ? { index } : {}),
    });
    return copies;
  }

  #data(after: number, line: number): string {
    const begin = endOfLine(this.#text, after);
    if (this.#text.slice(after, begin).trim() !== "")
      this.mistakes.push({
        line,
        message: "something follows COPY .. FROM stdin on its line; its data begins on the next",
      });
    const ended = /^\\\.\r?$/gm;
    ended.lastIndex = begin;
    const end = ended.exec(this.#text);
    if (end === null)
      this.mistakes.push({ line, message: "the data of COPY .. FROM stdin is not ended by a line \\." });
    this.#at = end === null ? this.#text.length : endOfLine(this.#text, end.index);
    return utf8(this.#text.slice(begin, end?.index ?? this.#text.length));
  }

  #unreadable(from: number): void {
    const { message, at } = this.#scanner.complaint(utf8(this.#text.slice(from)));
    const characters = utf8(this.#text.slice(from)).slice(0, at);
    this.mistakes.push({ line: this.#lineOf(from) + characters.split("\n").length - 1, message: firstLine(message) });
    this.#at = this.#text.length;
  }

  #lineOf(at: number): number {
    const { at: before, line } = at >= this.#counted.at ? this.#counted : { at: 0, line: 1 };
    const count = this.#text.slice(before, at).split("\n").length - 1;
    this.#counted = { at, line: line + count };
    return line + count;
  }
}

function firstLine(message: string): string {
  const [first = "", ...more] = message.split("\n");
  return more.length === 0 ? first : `${first}..."`;
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
