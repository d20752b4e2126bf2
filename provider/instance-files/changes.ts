import { isDeepStrictEqual } from "node:util";
import type { FilesInputs } from "./inputs.ts";

/** The files that differ, those that come and go among them. */
export function changedPaths(olds: FilesInputs["files"], news: FilesInputs["files"]): string[] {
  const paths = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  return paths.filter((path) => !isDeepStrictEqual(olds[path], news[path])).sort();
}
