import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type ConfigFile, readConfigFile, UnreadableFile } from "../../stacks/config-file.ts";
import { explainStack, explanationText, nested } from "../../stacks/explain.ts";
import { CliError } from "./errors.ts";
import type { Outcome, Session } from "./session.ts";
import { readSettings } from "./stack-files.ts";

/** Shows every setting of a stack with its source; asks neither an engine nor Pulumi. */
export async function config({ root, invocation, sink }: Session): Promise<Outcome> {
  const project = String((parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: unknown }).name);
  const stack = invocation.stack.split("/").at(-1) ?? invocation.stack;
  const { values, encrypted } = settingsOf(root, stack, project);
  const explained = explainStack(stack, values);
  const unread = encrypted.map(
    (key) => `# ${project}:${key} is encrypted as a whole: what is shown of it are defaults\n`,
  );
  sink.print(`${unread.join("")}${explanationText(project, explained)}`);
  const sources = Object.fromEntries(explained.values.map(({ path, source }) => [path.join("."), source]));
  const { recoveryTimes } = explained;
  return { changes: {}, outputs: { settings: nested(explained), sources, ...(recoveryTimes && { recoveryTimes }) } };
}

function settingsOf(root: string, stack: string, project: string): ConfigFile {
  try {
    return readConfigFile(readSettings(root, stack), project);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new CliError(`Pulumi.${stack}.yaml ${error.message}. Repair it and run the same command again.`);
  }
}
