import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readConfigFile } from "../../stacks/config-file.ts";
import { explainStack, explanationText, nested } from "../../stacks/explain.ts";
import type { Outcome, Session } from "./session.ts";
import { readSettings } from "./stack-files.ts";

/** Shows every setting of a stack with its source; asks neither an engine nor Pulumi. */
export async function config({ root, invocation, sink }: Session): Promise<Outcome> {
  const project = String((parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: unknown }).name);
  const stack = invocation.stack.split("/").at(-1) ?? invocation.stack;
  const { values, encrypted } = readConfigFile(readSettings(root, stack), project);
  const explained = explainStack(stack, values);
  const unread = encrypted.map(
    (key) => `# ${project}:${key} is encrypted as a whole: what is shown of it are defaults\n`,
  );
  sink.print(`${unread.join("")}${explanationText(project, explained)}`);
  const sources = Object.fromEntries(explained.values.map(({ path, source }) => [path.join("."), source]));
  const { recoveryTimes } = explained;
  return { changes: {}, outputs: { settings: nested(explained), sources, ...(recoveryTimes && { recoveryTimes }) } };
}
