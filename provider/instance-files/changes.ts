import { isDeepStrictEqual } from "node:util";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import type { FileInput, FilesInputs } from "./inputs.ts";

const shownLines = 6;

/** What a change of the files does, one sentence for each file that differs, those that come and go among them. */
export function fileChanges(olds: FilesInputs["files"], news: FilesInputs["files"]): string[] {
  const paths = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return paths
    .filter((path) => !isDeepStrictEqual(olds[path], news[path]))
    .map((path) => `reload: ${path}${changedLines(olds[path], news[path])}`);
}

/** The lines that go and come; nothing of a secret. */
function changedLines(before: FileInput | undefined, after: FileInput | undefined): string {
  if (before === undefined || after === undefined || before.secret || after.secret || hasUnknown(after.content))
    return "";
  const [was, is] = [before.content.split("\n"), after.content.split("\n")];
  const lines = [
    ...was.filter((line) => !is.includes(line)).map((line) => `\n- ${line.trim()}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `\n+ ${line.trim()}`),
  ];
  const more = lines.length > shownLines ? `\n  and ${lines.length - shownLines} more lines` : "";
  return `${lines.slice(0, shownLines).join("")}${more}`;
}
