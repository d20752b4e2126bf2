import type { ProgramInfo, RunPluginRequest, RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import type { PluginRun, ProgramRun } from "./command-line.ts";
import { parseRuntimeOptions, type RuntimeOptions } from "./options.ts";

/** The engine's messages in the words of this folder. */
export function programRun(request: RunRequest, engineAddress: string): ProgramRun {
  const info = required(request.getInfo());
  return {
    monitorAddress: request.getMonitorAddress(),
    engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    rootDirectory: info.getRootDirectory(),
    programDirectory: info.getProgramDirectory(),
    entryPoint: info.getEntryPoint(),
    dryRun: request.getDryrun(),
    parallel: request.getParallel(),
    args: request.getArgsList(),
    config: Object.fromEntries(request.getConfigMap().toArray()),
    configSecretKeys: request.getConfigsecretkeysList(),
  };
}

export function pluginRun(request: RunPluginRequest): PluginRun {
  return {
    isPolicyPack: request.getKind() === "analyzer",
    programDirectory: required(request.getInfo()).getProgramDirectory(),
    args: request.getArgsList(),
    env: request.getEnvList(),
  };
}

export function runtimeOptions(info: ProgramInfo | undefined): RuntimeOptions {
  return parseRuntimeOptions(required(info).getOptions()?.toJavaScript() ?? {});
}

/** @throws where an engine older than 3.100 leaves the program's folders out. */
export function required(info: ProgramInfo | undefined): ProgramInfo {
  if (info === undefined) {
    throw new Error("this Pulumi program is too old for the language host: it does not say where the program is");
  }
  return info;
}
