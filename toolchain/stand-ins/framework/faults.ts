import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import { PartlyCreated } from "./partly-created.ts";
import type { Properties } from "./types.ts";
import { encode } from "./values.ts";

/** The error as the engine shows it: its message, no stack. */
export function fault(error: unknown, outputsOf: (outputs: Properties) => Properties): Partial<ServiceError> {
  const message = describe(error);
  if (!(error instanceof PartlyCreated)) return { code: status.UNKNOWN, details: message };
  return { code: status.UNKNOWN, details: message, metadata: initFailed(message, error, outputsOf) };
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(describe).join("; ");
  }
  return error instanceof Error ? error.message : String(error);
}

/** gRPC has no field for "there, and not as it should be": the engine looks for it in this header. */
function initFailed(message: string, error: PartlyCreated, outputsOf: (outputs: Properties) => Properties): Metadata {
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(error.created.id);
  detail.setProperties(encode(outputsOf(error.created.outputs)));
  detail.setReasonsList([message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const wrapped = new statuses.Status();
  wrapped.setCode(status.UNKNOWN);
  wrapped.setMessage(message);
  wrapped.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(wrapped.serializeBinary()));
  return metadata;
}
