import { fstatSync } from "node:fs";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { EngineLog } from "./engine-log.ts";
import { service } from "./server.ts";
import type { StandIn } from "./types.ts";

/** gRPC's own limit of 4 MiB is less than a state may hold; this is the limit of the real providers. */
const maxMessageBytes = 400 * 1024 * 1024;

const parentWatchMilliseconds = 250;

/**
 * Serves the stand-in as a provider plugin: listens on a port of its own, prints the port, and ends with the engine. The
 * engine passes the address of its own server as the first argument.
 */
export function serve<Client>(standIn: StandIn<Client>): void {
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  const address = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  server.addService(services.ResourceProviderService, service(standIn, new EngineLog(address)));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      console.error(`pulumi-resource-${standIn.name}: cannot listen on 127.0.0.1: ${error.message}`);
      process.exit(1);
    }
    console.log(port);
  });
  endWithParent();
}

/**
 * An engine that is killed tells nobody. Two signs remain: its children find another parent, and the pipe that it holds
 * as their standard input ends; the second also shows an engine that died before this process had begun to watch.
 */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, parentWatchMilliseconds);
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) process.stdin.on("end", () => process.exit(1)).resume();
}
