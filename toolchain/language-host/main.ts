import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { pulumiVersion } from "../pulumi-version.ts";
import { Children, endWithTheEngine } from "./children.ts";
import { languageRuntime } from "./service.ts";

/** Resources of large programs exceed gRPC's own limit of 4 MB; Pulumi allows 400 MB everywhere. */
const maxMessageBytes = 400 * 1024 * 1024;

/** The engine's address is the last argument; what stands before it are switches for logs and traces. */
const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

const children = new Children();
endWithTheEngine(children);

const server = new Server({ "grpc.max_receive_message_length": maxMessageBytes });
server.addService(LanguageRuntimeService, languageRuntime(pulumiVersion, engineAddress, children));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
});
