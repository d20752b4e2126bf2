import { z } from "zod";
import { parseArguments } from "../components/arguments.ts";
import { haPostgresFields, haPostgresRules } from "../components/ha-postgres/args.ts";
import { dockerPlatformArgs } from "../platforms/docker/args.ts";

const local = z.strictObject({
  environment: z
    .literal("local")
    .default("local")
    .describe("Where the stack runs: `local` is this machine's Docker engine."),
  docker: dockerPlatformArgs.partial({ name: true }).prefault({}),
  ...haPostgresFields,
});

export type StackSettings = z.output<typeof local> & { readonly docker: { readonly name: string } };

/**
 * Checks everything that a stack's settings say, at once.
 * @throws InvalidArguments with every problem.
 */
export function parseStackSettings(stack: string, values: Readonly<Record<string, unknown>>): StackSettings {
  const settings = parseArguments(`Settings of stack ${stack}`, local.superRefine(haPostgresRules), values);
  return { ...settings, docker: { ...settings.docker, name: settings.docker.name ?? `pgha-${stack}` } };
}
