import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import languagePb, {
  type InstallDependenciesRequest,
  type InstallDependenciesResponse,
  type RunPluginRequest,
  type RunPluginResponse,
  type RunRequest,
  type RunResponse,
} from "@pulumi/pulumi/proto/language_pb.js";
import { type Children, interrupt } from "./children.ts";
import { pluginCommandLine, pluginModule, programCommandLine, runResult } from "./command-line.ts";
import { pluginRun, programRun, required, runtimeOptions } from "./requests.ts";

/** Runs a program to its end. What it prints goes where the host's own output goes: to the engine. */
export async function runProgram(
  call: ServerUnaryCall<RunRequest, RunResponse>,
  engineAddress: string,
  children: Children,
): Promise<RunResponse> {
  if (call.request.getAttachDebugger()) throw new Error("--attach-debugger needs Pulumi's own language host");
  const run = programRun(call.request, engineAddress);
  const options = runtimeOptions(call.request.getInfo());
  const { args, env } = programCommandLine(run, options, locate("@pulumi/pulumi/cmd/run", run.programDirectory));

  const child = children.start(args, { env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] });
  call.once("cancelled", () => interrupt(child));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];

  const result = runResult(code, signal);
  return new languagePb.RunResponse().setError(result.error).setBail(result.bail);
}

/** Runs a plugin or a policy pack, and hands its output on until it ends or the engine hangs up. */
export async function runPlugin(
  call: ServerWritableStream<RunPluginRequest, RunPluginResponse>,
  children: Children,
): Promise<void> {
  if (call.request.getAttachDebugger()) throw new Error("--attach-debugger needs Pulumi's own language host");
  const plugin = pluginRun(call.request);
  const options = runtimeOptions(call.request.getInfo());
  const module = pluginModule(plugin, options);
  const script = module === undefined ? plugin.programDirectory : locate(module, plugin.programDirectory);
  const { args, env } = pluginCommandLine(plugin, options, script);

  // Policy packs have always run in their own folder, and look for their settings there.
  const cwd = plugin.isPolicyPack ? plugin.programDirectory : call.request.getPwd();
  const child = children.start(args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  call.once("cancelled", () => interrupt(child));
  const response = () => new languagePb.RunPluginResponse();
  forward(child.stdout, (chunk) => call.write(response().setStdout(chunk)));
  forward(child.stderr, (chunk) => call.write(response().setStderr(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  call.write(response().setExitcode(code ?? 1));
}

/** `pulumi install`: the package manager that the project has chosen, in the program's folder. */
export async function installDependencies(
  call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
  children: Children,
): Promise<void> {
  const info = required(call.request.getInfo());
  const { packageManager } = runtimeOptions(info);
  const child = children.startTool(packageManager, ["install"], info.getProgramDirectory());
  const response = () => new languagePb.InstallDependenciesResponse();
  forward(child.stdout, (chunk) => call.write(response().setStdout(chunk)));
  forward(child.stderr, (chunk) => call.write(response().setStderr(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${packageManager} install failed in ${info.getProgramDirectory()} (exit ${code})`);
}

function forward(stream: Readable | null, write: (chunk: Buffer) => void): void {
  stream?.on("data", write);
}

/** The path of a module as the program itself would find it. */
function locate(module: string, programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, "package.json")).resolve(module);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(
      `It looks like the Pulumi SDK has not been installed: ${module} is not found from ${programDirectory}. ` +
        "Run npm install there.",
    );
  }
}
