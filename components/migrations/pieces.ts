const pieceBytes = 64 * 1024;

/**
 * Where a text may be cut for the scanner, from a place on, nearest first: before a line of psql's own commands; after what may be the line of a
 * `COPY .. FROM stdin`, because what follows is data and no SQL; and at line ends that keep the pieces small. The last one is the text's end.
 */
export function cutsOf(text: string): (from: number) => Generator<number> {
  const nextCommand = remembered((from) => matchAfter(/^[ \t]*\\/gm, text, from)?.index ?? text.length);
  const nextCopy = remembered((from) => {
    const found = matchAfter(/\bfrom\s+stdin\b/gi, text, from);
    const end = found ? text.indexOf(";", found.index) : -1;
    return end === -1 ? text.length : endOfLine(text, end);
  });
  return function* (from) {
    let reach = pieceBytes;
    for (let at = from; at < text.length; reach *= 2) {
      const limit = endOfLine(text, Math.max(at, from + reach));
      while (at < limit) {
        at = Math.min(nextCommand(at), nextCopy(at), limit);
        yield at;
      }
    }
  };
}

/** The place after the line that `at` is in. */
export function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

function matchAfter(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from + 1;
  return pattern.exec(text);
}

/** Searches again only where the last answer lies behind. */
function remembered(search: (from: number) => number): (from: number) => number {
  let [since, found] = [0, -1];
  return (from) => {
    if (from < since || from >= found) [since, found] = [from, search(from)];
    return found;
  };
}
