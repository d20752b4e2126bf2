import { dirname, join, sep } from "node:path";
import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import { pulumiVersion } from "../pulumi-version.ts";
import { type Reporter, reported } from "../report.ts";
import { findProgram, isExecutable, pathFolders } from "./commands.ts";
import { buildGoProgram, findGo } from "./go-program.ts";
import { type Locations, locations } from "./locations.ts";
import { makeOnce } from "./once.ts";
import { pulumiDownloads, reachable } from "./reachable.ts";

/** What this machine has, as far as the Pulumi program is concerned. */
export interface PulumiFound {
  /** A `pulumi` of the user's own on PATH. */
  readonly onPath: string | undefined;
  /** Whether Node's language host stands beside it or on PATH. */
  readonly languageHost: boolean;
  /** One that an earlier run downloaded, or built. */
  readonly downloaded: string | undefined;
  readonly built: string | undefined;
  /** The `go` to build it with. */
  readonly go: string | undefined;
}

/** Use what is here, or try these ways to obtain it, in this order. */
export type PulumiPlan =
  | { readonly use: string; readonly standIns: boolean }
  | { readonly tryTo: readonly ("download" | "build")[] };

/** A Pulumi program, and whether the real language host and plugins come with it. */
export interface PulumiProgram {
  readonly path: string;
  readonly folder: string;
  readonly standIns: boolean;
}

/** The user's own program comes first, then what an earlier run obtained; the official one before one built here. */
export function planPulumi(found: PulumiFound): PulumiPlan {
  if (found.onPath !== undefined) return { use: found.onPath, standIns: !found.languageHost };
  if (found.downloaded !== undefined) return { use: found.downloaded, standIns: false };
  if (found.built !== undefined) return { use: found.built, standIns: true };
  return { tryTo: found.go === undefined ? ["download"] : ["download", "build"] };
}

/**
 * Finds or obtains the Pulumi program.
 * @throws with the ways to install it by hand, when it is neither here nor to be had.
 */
export async function obtainPulumiProgram(report: Reporter, env = process.env): Promise<PulumiProgram> {
  const here = locations(env);
  const found = await findPulumi(env, here);
  const plan = planPulumi(found);
  if ("use" in plan) return program(plan.use, plan.standIns);

  return reported(report, "Pulumi program", async (step): Promise<[PulumiProgram, string]> => {
    if (plan.tryTo.includes("download") && (await reachable(pulumiDownloads))) {
      step.line(`downloading the official program, version ${sdkVersion}`);
      await download(here);
      return [program(downloadedPath(here), false), `downloaded to ${downloadedPath(here)}`];
    }
    if (!plan.tryTo.includes("build") || found.go === undefined) throw new Error(noWay);
    step.line("get.pulumi.com cannot be reached: building it from its Go module, once; this takes a few minutes");
    const made = await buildGoProgram(pulumiGoProgram, found.go, builtPath(here));
    return [program(builtPath(here), true), `${made ? "built" : "found"} ${builtPath(here)}`];
  });
}

const program = (path: string, standIns: boolean): PulumiProgram => ({ path, folder: dirname(path), standIns });

async function findPulumi(env: NodeJS.ProcessEnv, here: Locations): Promise<PulumiFound> {
  const folders = foldersOfTheUser(env.PATH, here);
  const onPath = await findProgram("pulumi", folders);
  const beside = onPath === undefined ? [] : [dirname(onPath)];
  const languageHost = await findProgram("pulumi-language-nodejs", [...beside, ...folders]);
  return {
    onPath,
    languageHost: languageHost !== undefined,
    downloaded: await existing(downloadedPath(here)),
    built: await existing(builtPath(here)),
    go: await findGo(env),
  };
}

/** What we have put on PATH ourselves, for a shell or a test that runs this again, is not the user's own. */
export function foldersOfTheUser(
  path: string | undefined,
  here: Pick<Locations, "cache" | "shims" | "plugins">,
): string[] {
  const isOurs = (folder: string) => [here.shims, here.plugins].includes(folder) || folder.startsWith(here.cache + sep);
  return pathFolders(path).filter((folder) => !isOurs(folder));
}

export const pulumiGoProgram = {
  name: "pulumi",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  stamps: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}` },
} as const;

const builtPath = (here: Locations) => join(here.cache, "pulumi", `${pulumiVersion}-built`, "pulumi");
const downloadedFolder = (here: Locations) => join(here.cache, "pulumi", `${sdkVersion}-official`);
const downloadedPath = (here: Locations) => join(downloadedFolder(here), "bin", "pulumi");
const existing = async (path: string) => ((await isExecutable(path)) ? path : undefined);

/** The official program in the version of the SDK, with its language hosts, by Pulumi's own installer. */
async function download(here: Locations): Promise<void> {
  await makeOnce(
    downloadedFolder(here),
    () => isExecutable(downloadedPath(here)),
    async (root) => {
      const { PulumiCommand } = await import("@pulumi/pulumi/automation/cmd.js");
      await PulumiCommand.install({ root });
      return root;
    },
  );
}

const noWay = `There is no Pulumi program here, get.pulumi.com cannot be reached, and there is no Go to build it with.
Do one of these, then run the command again:
  - install Pulumi so that pulumi is on PATH: https://www.pulumi.com/docs/install/
  - install Go 1.21 or later (for example: apt-get install golang-go), and the program is built from its Go module`;
