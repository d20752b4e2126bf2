import { delimiter } from "node:path";
import { type Reporter, silentReporter } from "../report.ts";
import { allOf } from "./all-of.ts";
import { pathFolders } from "./commands.ts";
import { decideEngine } from "./engine.ts";
import type { EngineAddress } from "./engine-address.ts";
import { imageVariables } from "./image-variables.ts";
import { type Locations, locations, makeLocations } from "./locations.ts";
import { foldersOfTheUser, obtainPulumiProgram, type PulumiProgram } from "./pulumi-program.ts";
import { stateVariables } from "./pulumi-settings.ts";
import { obtainOwnProvider, obtainShims } from "./shims.ts";

/** What a command cannot do without. */
export interface Need {
  /** A Docker engine that answers. */
  readonly engine: boolean;
  /** The Pulumi program, a place for its state, and what stands in for plugins that cannot be had. */
  readonly pulumi: boolean;
  /** The images that ours are built from. They need an engine. */
  readonly images: boolean;
}

export interface Prepared {
  /** What a shell needs so that a plain `pulumi up -s local` works. Only what differs from the environment given. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether stand-ins take the place of Pulumi's own language host and plugins. */
  readonly standIns: boolean;
}

/**
 * Obtains everything that this machine lacks, side by side, once; later runs only look. Nothing that the user has is
 * touched: a running engine, a Pulumi program, a backend, a passphrase and images named in the environment are used.
 * @throws with all that could not be had, and the ways by hand. What could be had is kept for the next run.
 */
export async function prepare(
  { need }: { readonly need: Need },
  report: Reporter = silentReporter,
  env = process.env,
): Promise<Prepared> {
  const here = locations(env);
  await makeLocations(here);
  // Decided before anything long begins, so that a machine that cannot work says so at once.
  const engine = need.engine || need.images ? await decideEngine(env) : undefined;
  const [pulumi, state, images] = await allOf([
    need.pulumi ? obtainPulumi(here, report, env) : undefined,
    need.pulumi ? stateVariables(here.state, env) : {},
    engine === undefined ? {} : imageVariables({ engine, needed: need.images, state: here.state }, report, env),
  ]);
  return {
    standIns: pulumi?.standIns ?? false,
    env: {
      ...(pulumi === undefined ? {} : pulumiVariables(pulumi, here, env)),
      ...(engine === undefined ? {} : engineVariables(engine.address)),
      ...state,
      ...images,
    },
  };
}

/** Providers and client libraries know DOCKER_HOST, but no contexts: what the context names is said to them in their own way. */
export function engineVariables({ address, namedBy }: EngineAddress): Record<string, string> {
  return namedBy === undefined || namedBy === "DOCKER_HOST" ? {} : { DOCKER_HOST: address };
}

/** PATH with our folders first, and the two switches that keep Pulumi from asking the network in vain. */
export function pulumiVariables(
  program: PulumiProgram,
  here: Locations,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const onPath = !program.standIns && pathFolders(env.PATH).includes(program.folder);
  const ours = [...(program.standIns ? [here.shims] : []), here.plugins, ...(onPath ? [] : [program.folder])];
  const theirs = foldersOfTheUser(env.PATH, here).filter((folder) => !ours.includes(folder));
  return {
    PATH: [...ours, ...theirs].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    ...(program.standIns ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
  };
}

async function obtainPulumi(here: Locations, report: Reporter, env: NodeJS.ProcessEnv): Promise<PulumiProgram> {
  const program = await obtainPulumiProgram(report, env);
  await allOf([
    program.standIns ? obtainShims(here.shims, report) : undefined,
    obtainOwnProvider(here.plugins, report),
  ]);
  return program;
}
