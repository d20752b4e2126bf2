import { credentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

/** Sends lines to the engine that started this plugin. */
export class EngineLog {
  private readonly address: string | undefined;
  private client: InstanceType<typeof services.EngineClient> | undefined;

  constructor(address: string | undefined) {
    this.address = address;
  }

  /** A line that the engine shows beside the resource until the next one comes. */
  status(urn: string, message: string): void {
    this.send(urn, message, true);
  }

  /** A line that stays. */
  info(urn: string, message: string): void {
    this.send(urn, message, false);
  }

  private send(urn: string, message: string, ephemeral: boolean): void {
    if (this.address === undefined || this.address === "") return;
    this.client ??= new services.EngineClient(this.address, credentials.createInsecure());
    const request = new messages.LogRequest()
      .setSeverity(messages.LogSeverity.INFO)
      .setUrn(urn)
      .setMessage(message)
      .setEphemeral(ephemeral);
    // A line that does not arrive must not fail the work that it tells of.
    this.client.log(request, () => undefined);
  }
}
