import { z } from "zod";
import type { Problem } from "../components/arguments.ts";
import { exposedPorts, haPostgresFields } from "../components/ha-postgres/args.ts";
import { type Resolved, resolveArguments } from "../components/ha-postgres/resolve.ts";
import type { Layer } from "../components/presets/index.ts";
import { dockerPlatformArgs } from "../platforms/docker/args.ts";
import { kubernetesPlatformArgs } from "../platforms/kubernetes/args.ts";
import { machinesPlatformArgs } from "../platforms/machines/args.ts";
import { awsArgs } from "./aws/args.ts";
import { awsLayers, awsRules } from "./aws/rules.ts";
import { electionStoreRule, kubernetesRules } from "./kubernetes-rules.ts";
import { vmsRules } from "./vms-rules.ts";

const environment = <Name extends string>(name: Name, meaning: string) => z.literal(name).describe(meaning);

/** What a stack's settings may hold, for each environment: the system, which is the same everywhere, and where it runs. */
const schemas = {
  local: z.strictObject({
    environment: environment("local", "This machine's Docker engine."),
    docker: dockerPlatformArgs.partial({ name: true }).prefault({}),
    ...haPostgresFields,
  }),
  kubernetes: z.strictObject({
    environment: environment("kubernetes", "A Kubernetes cluster."),
    kubernetes: kubernetesPlatformArgs.partial({ namespace: true }).prefault({}),
    ...haPostgresFields,
  }),
  vms: z.strictObject({
    environment: environment("vms", "Machines of your own with Docker, over SSH."),
    vms: machinesPlatformArgs.partial({ name: true }).prefault({}),
    ...haPostgresFields,
  }),
  aws: z.strictObject({
    environment: environment("aws", "Machines that are made on EC2."),
    aws: awsArgs.partial({ name: true }).prefault({}),
    ...haPostgresFields,
  }),
};

export type Environment = keyof typeof schemas;
export const environments = Object.keys(schemas) as Environment[];

type Parsed = { [Name in Environment]: z.output<(typeof schemas)[Name]> };
export type LocalSettings = Parsed["local"] & { readonly docker: { readonly name: string } };
export type KubernetesSettings = Parsed["kubernetes"] & { readonly kubernetes: { readonly namespace: string } };
export type VmsSettings = Parsed["vms"] & { readonly vms: { readonly name: string } };
export type AwsSettings = Parsed["aws"] & { readonly aws: { readonly name: string } };
export type StackSettings = LocalSettings | KubernetesSettings | VmsSettings | AwsSettings;

/** Everything that the settings of any stack may hold. */
export const settingsFields = {
  environment: z
    .enum(environments)
    .describe(
      "Where the system runs: local (this machine's Docker engine), kubernetes, vms (machines of your own, over SSH) or aws. Default: the stack's own name where it is one of these, else local.",
    ),
  docker: schemas.local.shape.docker.describe("Where on this machine's Docker engine it runs."),
  kubernetes: schemas.kubernetes.shape.kubernetes.describe("Where in a Kubernetes cluster it runs."),
  vms: schemas.vms.shape.vms.describe("The machines that it runs on."),
  aws: schemas.aws.shape.aws.describe("The machines that are made for it on EC2."),
  ...haPostgresFields,
};

/** For a stack whose environment is none: where it runs cannot be checked, the system can. */
const noEnvironment = z.strictObject({
  ...settingsFields,
  environment: settingsFields.environment.default("local"),
  docker: z.unknown().optional(),
  kubernetes: z.unknown().optional(),
  vms: z.unknown().optional(),
  aws: z.unknown().optional(),
});

/** A stack that bears an environment's name needs no setting to say so. */
export function environmentOf(stack: string, values: Readonly<Record<string, unknown>>): Environment {
  const own = environments.find((name) => name === stack) ?? "local";
  if (values.environment === undefined) return own;
  const named = environments.find((name) => name === values.environment);
  if (named !== undefined) return named;
  const { settings } = resolveArguments(`Settings of stack ${stack}`, noEnvironment, [{ source: "you", values }]);
  return settings.environment;
}

/** What each environment has where nothing is said: no machine of anybody's is as small as a laptop's share of one. */
const environmentDefaults: Readonly<Record<Environment, unknown>> = {
  local: { size: "laptop" },
  kubernetes: { size: "production", consensus: { kind: "kubernetes" } },
  vms: { size: "production" },
  aws: { size: "production" },
};

/**
 * Checks everything that a stack's settings say, at once.
 * @throws InvalidArguments with every problem.
 */
export function parseStackSettings(stack: string, values: Readonly<Record<string, unknown>>): StackSettings {
  return resolveStackSettings(stack, values).settings;
}

/** The same, with where each value comes from. */
export function resolveStackSettings(
  stack: string,
  values: Readonly<Record<string, unknown>>,
): Resolved<StackSettings> {
  const subject = `Settings of stack ${stack}`;
  const name = `pgha-${stack}`;
  const environment = environmentOf(stack, values);
  const given: Layer[] = [
    { source: "the stack's name", values: { environment } },
    { source: `environment ${environment}`, values: environmentDefaults[environment] },
    { source: `you (Pulumi.${stack}.yaml)`, values },
  ];
  switch (environment) {
    case "local": {
      const { settings, layers } = resolveArguments(subject, schemas.local, given, [offsetRule, electionStoreRule]);
      return { layers, settings: { ...settings, docker: { ...settings.docker, name: settings.docker.name ?? name } } };
    }
    case "kubernetes": {
      const { settings, layers } = resolveArguments(subject, schemas.kubernetes, given, kubernetesRules);
      const { kubernetes } = settings;
      return {
        layers,
        settings: { ...settings, kubernetes: { ...kubernetes, namespace: kubernetes.namespace ?? name } },
      };
    }
    case "vms": {
      const { settings, layers } = resolveArguments(subject, schemas.vms, given, [...vmsRules, electionStoreRule]);
      return { layers, settings: { ...settings, vms: { ...settings.vms, name: settings.vms.name ?? name } } };
    }
    case "aws": {
      const below = [...given.slice(0, -1), ...awsLayers(name, values), ...given.slice(-1)];
      const { settings, layers } = resolveArguments(subject, schemas.aws, below, [
        ...awsRules(values),
        electionStoreRule,
      ]);
      return { layers, settings: { ...settings, aws: { ...settings.aws, name: settings.aws.name ?? name } } };
    }
  }
}

/** An offset must leave every port a port. */
function offsetRule(settings: Parsed["local"]): Problem[] {
  const { portOffset } = settings.docker;
  const [highest] = exposedPorts(settings).sort((a, b) => b.port - a.port);
  if (highest === undefined || highest.port + portOffset <= 65535) return [];
  const message = `${portOffset} moves ${highest.path.join(".")}, ${highest.port}, beyond 65535; use at most ${65535 - highest.port}`;
  return [{ path: "docker.portOffset", message }];
}
