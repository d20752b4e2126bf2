/** Of the commands that name no stack. */
export const defaultStack = "local";

/** What a command is for: a stack, and the example whose stack it is, where it is one's. */
export interface Target {
  readonly stack?: string;
  readonly example?: string | undefined;
}

/** What a person types, e.g. `npm run destroy -- --stack blue --delete-data blue`. An example's stack bears its name unless told otherwise. */
export function typed(command: string, { stack, example }: Target, ...options: readonly string[]): string {
  const named = stack === undefined || stack === (example ?? defaultStack) ? [] : ["--stack", stack];
  const words = [...named, ...options];
  if (example !== undefined) return ["npm run example --", example, command, ...words].join(" ");
  return [`npm run ${command}`, ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
}
