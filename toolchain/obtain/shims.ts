import type { Reporter } from "../report.ts";
import { bundlePlugins, ownProvider } from "../stand-ins/bundle.ts";

/** Builds the stand-ins and the language host of this clone into `folder`, when their sources have changed. */
export async function obtainShims(folder: string, report: Reporter): Promise<void> {
  if (await bundlePlugins(folder)) report.step("Stand-ins for Pulumi's plugins").done(`built in ${folder}`);
}

/** Builds this library's own provider, likewise. */
export async function obtainOwnProvider(folder: string, report: Reporter): Promise<void> {
  if (await bundlePlugins(folder, [ownProvider])) report.step("Provider postgres-ha").done(`built in ${folder}`);
}
