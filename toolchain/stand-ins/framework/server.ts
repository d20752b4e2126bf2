import { isDeepStrictEqual } from "node:util";
import { type handleUnaryCall, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { installReal } from "./check.ts";
import type { EngineLog } from "./engine-log.ts";
import { fault } from "./faults.ts";
import { Provider } from "./provider.ts";
import type { CallContext, Properties, StandIn } from "./types.ts";
import { decode, encode, hasUnknown } from "./values.ts";
import { checked, differing } from "./wire.ts";

/**
 * The methods of `pulumirpc.ResourceProvider` that an engine needs of a provider of plain resources. The methods that are
 * missing answer "unimplemented", which the engine takes for "not supported", among them the handshake.
 */
export function service<Client>(standIn: StandIn<Client>, log: EngineLog) {
  const provider = new Provider(standIn);
  const cancelled = new AbortController();
  const context = (urn: string): CallContext => ({
    urn,
    log: (message) => log.status(urn, message),
    tell: (message) => log.info(urn, message),
    signal: cancelled.signal,
  });
  /** Secrets are stripped before a call: the engine marks what comes back under the same name as secret again. */
  const configured = () =>
    new messages.ConfigureResponse()
      .setAcceptsecrets(false)
      .setAcceptresources(false)
      .setAcceptoutputs(false)
      .setSupportspreview(true);

  return {
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(standIn.version)),
    getSchema: unary(() => new messages.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: messages.CheckRequest) =>
      checked(decode(request.getNews()), provider.checkSettings(decode(request.getNews()))),
    ),
    diffConfig: unary((request: messages.DiffRequest) => {
      const news = decode(request.getNews());
      const same = !hasUnknown(news) && isDeepStrictEqual(decode(request.getOldInputs() ?? request.getOlds()), news);
      return new messages.DiffResponse().setChanges(
        same ? messages.DiffResponse.DiffChanges.DIFF_NONE : messages.DiffResponse.DiffChanges.DIFF_SOME,
      );
    }),
    configure: unary((request: messages.ConfigureRequest) => {
      provider.configure(decode(request.getArgs()));
      return configured();
    }),
    check: unary((request: messages.CheckRequest) => {
      const urn = request.getUrn();
      const result = provider.check(tokenOf(urn), decode(request.getOlds()), decode(request.getNews()), context(urn));
      return checked(result.inputs, result.failures);
    }),
    diff: unary((request: messages.DiffRequest) => {
      const olds = decode(request.getOldInputs() ?? request.getOlds());
      const news = decode(request.getNews());
      const token = tokenOf(request.getUrn());
      const difference = provider.diff(token, olds, news, request.getIgnorechangesList());
      for (const line of provider.consequences(token, olds, news, difference)) log.info(request.getUrn(), line);
      return differing(difference);
    }),
    create: unary(
      async (request: messages.CreateRequest) => {
        const urn = request.getUrn();
        const inputs = decode(request.getProperties());
        if (request.getPreview()) for (const line of provider.beginnings(tokenOf(urn), inputs)) log.info(urn, line);
        const created = await provider.create(tokenOf(urn), inputs, context(urn), request.getPreview());
        return new messages.CreateResponse()
          .setId(created.id)
          .setProperties(encode(created.outputs, provider.type(tokenOf(urn)).secretOutputs));
      },
      (request, outputs) => provider.outputsOf(tokenOf(request.getUrn()), outputs),
    ),
    read: unary(async (request: messages.ReadRequest) => {
      const urn = request.getUrn();
      const state = decode(request.getProperties());
      const inputs = decode(request.getInputs());
      const found = await provider.read(tokenOf(urn), request.getId(), state, inputs, context(urn));
      if (found === undefined) return new messages.ReadResponse();
      return new messages.ReadResponse()
        .setId(found.id)
        .setProperties(encode(found.outputs, provider.type(tokenOf(urn)).secretOutputs))
        .setInputs(encode(found.inputs));
    }),
    update: unary(
      async (request: messages.UpdateRequest) => {
        const urn = request.getUrn();
        const outputs = await provider.update(
          tokenOf(urn),
          request.getId(),
          decode(request.getOlds()),
          decode(request.getNews()),
          context(urn),
          request.getPreview(),
        );
        return new messages.UpdateResponse().setProperties(encode(outputs, provider.type(tokenOf(urn)).secretOutputs));
      },
      (request, outputs) => provider.outputsOf(tokenOf(request.getUrn()), outputs),
    ),
    delete: unary(async (request: messages.DeleteRequest) => {
      const urn = request.getUrn();
      await provider.delete(tokenOf(urn), request.getId(), decode(request.getProperties()), context(urn));
      return new empty.Empty();
    }),
    invoke: unary((request: messages.InvokeRequest): messages.InvokeResponse => {
      throw new Error(
        `the stand-in for the ${standIn.name} provider has no function ${request.getTok()}, and none at all; ` +
          `do without it, or ${installReal(standIn)}`,
      );
    }),
    cancel: unary(() => {
      cancelled.abort(new Error("the run was cancelled"));
      return new empty.Empty();
    }),
  };
}

/** The type token in a URN: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
export function tokenOf(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
  outputsOf: (request: Request, outputs: Properties) => Properties = (_, outputs) => outputs,
): handleUnaryCall<Request, Response> {
  return async (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    try {
      callback(null, await answer(call.request));
    } catch (error) {
      callback({ code: status.UNKNOWN, ...fault(error, (outputs) => outputsOf(call.request, outputs)) });
    }
  };
}
