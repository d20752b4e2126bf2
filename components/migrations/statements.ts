import type { Token } from "./scanner.ts";
import type { Statement } from "./script.ts";

/** `begin` and `end` are the bare ones, that ask for nothing special. */
export type TransactionControl = "begin" | "end" | "other";

/** A statement among tokens; all places are bytes. */
export interface Found extends Pick<Statement, "index"> {
  readonly start: number;
  /** Where its text ends, before the semicolon. */
  readonly end: number;
  /** The place after the semicolon. */
  readonly after: number;
  readonly tokens: readonly Token[];
  /** `COPY .. FROM stdin`: data follows. */
  readonly copies: boolean;
  readonly extension: boolean;
  readonly setting: boolean;
  readonly transaction?: TransactionControl;
}

/**
 * Puts tokens together to statements, by the rules of psql: a semicolon ends one outside parentheses and outside the body of a function that is
 * written as BEGIN ATOMIC .. END. What no semicolon ends is the `rest`.
 */
export function statementsIn(tokens: readonly Token[]): { readonly whole: readonly Found[]; readonly rest?: Found } {
  const whole: Found[] = [];
  let current: Token[] = [];
  let parentheses = 0;
  let bodies = 0;
  for (const token of tokens) {
    if (token.tokenName === "SQL_COMMENT" || token.tokenName === "C_COMMENT") continue;
    if (token.text === ";" && parentheses === 0 && bodies === 0) {
      const found = foundIn(current, token.end);
      if (found) whole.push(found);
      current = [];
      continue;
    }
    if (token.text === "(") parentheses += 1;
    if (token.text === ")") parentheses = Math.max(0, parentheses - 1);
    if (parentheses === 0 && makesRoutine(current)) bodies += bodyChange(word(token), bodies);
    current.push(token);
  }
  const rest = foundIn(current);
  return rest ? { whole, rest } : { whole };
}

function foundIn(tokens: readonly Token[], after?: number): Found | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (!first || !last) return undefined;
  const words = tokens.map(word);
  const index = concurrentIndex(tokens, words);
  const transaction = transactionControl(words);
  return {
    start: first.start,
    end: last.end,
    after: after ?? last.end,
    tokens,
    copies: words[0] === "COPY" && words.some((each, at) => each === "FROM" && words[at + 1] === "STDIN"),
    extension: /^(CREATE|COMMENT ON) EXTENSION /.test(`${words.slice(0, 3).join(" ")} `),
    setting: words[0] === "SET" || words[0] === "RESET",
    ...(index ? { index } : {}),
    ...(transaction ? { transaction } : {}),
  };
}

function transactionControl(words: readonly string[]): TransactionControl | undefined {
  const text = words.join(" ");
  if (/^(BEGIN( WORK| TRANSACTION)?|START TRANSACTION)$/.test(text)) return "begin";
  if (/^(COMMIT|END)( WORK| TRANSACTION)?$/.test(text)) return "end";
  const toSavepoint = /^ROLLBACK (WORK |TRANSACTION )?TO\b/.test(text);
  return /^(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|PREPARE TRANSACTION)\b/.test(text) && !toSavepoint
    ? "other"
    : undefined;
}

function makesRoutine(tokens: readonly Token[]): boolean {
  return /^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE) /.test(`${tokens.slice(0, 4).map(word).join(" ")} `);
}

function bodyChange(keyword: string, bodies: number): number {
  if (keyword === "BEGIN") return 1;
  if (keyword === "CASE" && bodies > 0) return 1;
  return keyword === "END" && bodies > 0 ? -1 : 0;
}

/** As it stands in `CREATE INDEX CONCURRENTLY name ON table`; an index without a name cannot be found again. */
function concurrentIndex(tokens: readonly Token[], words: readonly string[]): Statement["index"] {
  const head = /^CREATE (UNIQUE )?INDEX CONCURRENTLY (IF NOT EXISTS )?/.exec(`${words.slice(0, 7).join(" ")} `)?.[0];
  if (head === undefined) return undefined;
  const name = head.trim().split(" ").length;
  if (words[name + 1] !== "ON") return undefined;
  const table = words[name + 2] === "ONLY" ? name + 3 : name + 2;
  const end = words.findIndex((each, at) => at > table && (each === "(" || each === "USING"));
  return {
    name: tokens[name]?.text ?? "",
    table: tokens
      .slice(table, end === -1 ? undefined : end)
      .map(({ text }) => text)
      .join(""),
  };
}

function word({ text }: Token): string {
  return text.toUpperCase();
}
