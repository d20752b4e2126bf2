import { z } from "zod";
import { parseArguments } from "../components/arguments.ts";
import { exposedPorts, haPostgresFields, haPostgresRules } from "../components/ha-postgres/args.ts";
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
  const schema = local.superRefine(haPostgresRules).superRefine(offsetRules);
  const settings = parseArguments(`Settings of stack ${stack}`, schema, values);
  return { ...settings, docker: { ...settings.docker, name: settings.docker.name ?? `pgha-${stack}` } };
}

/** An offset must leave every port a port. */
function offsetRules(settings: z.output<typeof local>, context: z.RefinementCtx): void {
  const { portOffset } = settings.docker;
  const [highest] = exposedPorts(settings).sort((a, b) => b.port - a.port);
  if (highest === undefined || highest.port + portOffset <= 65535) return;
  context.addIssue({
    code: "custom",
    path: ["docker", "portOffset"],
    message: `${portOffset} moves ${highest.path.join(".")}, ${highest.port}, beyond 65535; use at most ${65535 - highest.port}`,
  });
}
