import type { ScanToken } from "libpg-query";

/** A token of PostgreSQL's own scanner; positions are bytes. */
export type Token = Pick<ScanToken, "start" | "end" | "text" | "tokenName">;

export interface Scanner {
  /** `undefined` where the text ends inside a quote or a comment, or holds what is no token. */
  scan(text: string): readonly Token[] | undefined;
  /** What PostgreSQL says about such a text, and at which byte. */
  complaint(text: string): { readonly message: string; readonly at: number };
}

/** PostgreSQL's scanner, compiled from its sources; loaded by those who need it. https://github.com/constructive-io/libpg-query-node */
export async function loadScanner(): Promise<Scanner> {
  const { loadModule, scanSync, parseSync, hasSqlDetails } = await import("libpg-query");
  await loadModule();
  return {
    scan(text) {
      if (text === "") return [];
      try {
        return scanSync(text).tokens;
      } catch (error) {
        if (error instanceof SyntaxError) return undefined; // it reads the scanner's complaint as JSON
        throw error;
      }
    },
    complaint(text) {
      try {
        parseSync(text);
      } catch (error) {
        if (hasSqlDetails(error))
          return { message: error.message, at: Math.max(0, error.sqlDetails?.cursorPosition ?? 0) };
      }
      return { message: "PostgreSQL cannot read it", at: 0 };
    },
  };
}
