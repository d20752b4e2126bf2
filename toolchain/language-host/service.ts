import { type handleServerStreamingCall, type handleUnaryCall, type ServerUnaryCall, status } from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Children } from "./children.ts";
import { programDependencies } from "./dependencies.ts";
import { installDependencies, runPlugin, runProgram } from "./processes.ts";
import { required } from "./requests.ts";

/**
 * The language host of Node, in place of Pulumi's own `pulumi-language-nodejs`, for networks where that cannot be had:
 * what an engine asks while it runs programs and policy packs. What generates code and packages is left out, and gRPC
 * answers "unimplemented" for it.
 * @param version of the engine, which the host shares.
 * @param engineAddress where programs send their log lines; the engine may tell another in its handshake.
 */
export function languageRuntime(version: string, engineAddress: string, children: Children) {
  let engine = engineAddress;
  return {
    handshake: unary(({ request }) => {
      engine = request.getEngineAddress() || engine;
      return new languagePb.LanguageHandshakeResponse();
    }),
    // Nothing is fetched ahead: a program names each provider, with its version, when it first needs it.
    getRequiredPackages: unary(() => new languagePb.GetRequiredPackagesResponse()),
    getRequiredPlugins: unary(() => new languagePb.GetRequiredPluginsResponse()),
    getPluginInfo: unary(() => new pluginPb.PluginInfo().setVersion(version)),
    about: unary(() => new languagePb.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    getProgramDependencies: unary(async ({ request }) => {
      const directory = required(request.getInfo()).getProgramDirectory();
      const found = await programDependencies(directory, request.getTransitivedependencies());
      return new languagePb.GetProgramDependenciesResponse().setDependenciesList(
        found.map(({ name, version }) => new languagePb.DependencyInfo().setName(name).setVersion(version)),
      );
    }),
    runtimeOptionsPrompts: unary(() => new languagePb.RuntimeOptionsResponse()),
    template: unary(() => new languagePb.TemplateResponse()),
    run: unary((call) => runProgram(call, engine, children)),
    runPlugin: streaming((call) => runPlugin(call, children)),
    installDependencies: streaming((call) => installDependencies(call, children)),
    cancel: unary(() => {
      children.interrupt();
      return new emptyPb.Empty();
    }),
  } satisfies Partial<ILanguageRuntimeServer>;
}

function unary<Request, Response>(
  answer: (call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    try {
      callback(null, await answer(call));
    } catch (error) {
      callback({ code: status.UNKNOWN, details: (error as Error).message });
    }
  };
}

function streaming<Request, Response>(
  answer: (call: Parameters<handleServerStreamingCall<Request, Response>>[0]) => Promise<void>,
): handleServerStreamingCall<Request, Response> {
  return async (call) => {
    try {
      await answer(call);
      call.end();
    } catch (error) {
      call.emit("error", { code: status.UNKNOWN, details: (error as Error).message });
    }
  };
}
