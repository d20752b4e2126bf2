import type { Created } from "./types.ts";

/**
 * Thrown by `create` and `update` where the resource exists and is not as it should be, e.g. a container that does not
 * become healthy. The engine keeps it in the state, reports the error, and the next run updates it.
 */
export class PartlyCreated extends Error {
  readonly created: Created;

  constructor(message: string, created: Created) {
    super(message);
    this.name = "PartlyCreated";
    this.created = created;
  }
}
