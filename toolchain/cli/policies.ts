import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "./errors.ts";
import type { Session } from "./session.ts";
import { policyConfigFile } from "./stack-files.ts";

export interface PolicyOptions {
  readonly policyPacks: string[];
  readonly policyPackConfigs?: string[];
}

/**
 * The pack of this clone, and what its user has set for a stack in `policy-config.<stack>.json`, where there is such a file.
 * @throws {CliError} with all that is wrong in that file.
 */
export async function policyOptions(
  { clone, root }: Pick<Session, "clone" | "root">,
  stack: string,
): Promise<PolicyOptions> {
  const policyPacks = [join(clone, "policies")];
  const name = policyConfigFile(stack);
  const path = join(root, name);
  if (!existsSync(path)) return { policyPacks };
  const { policyConfigProblems } = await import("./policy-config.ts");
  const problems = policyConfigProblems(readFileSync(path, "utf8"));
  if (problems.length > 0) throw new CliError([`${name}:`, ...problems.map((problem) => `  - ${problem}`)].join("\n"));
  return { policyPacks, policyPackConfigs: [path] };
}
