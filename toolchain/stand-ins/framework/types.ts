/** A bag of properties in the names and shapes of the real provider's npm package. Secrets arrive in clear: the engine keeps them secret. */
export type Properties = Record<string, unknown>;

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** What a call may know beside its properties. */
export interface CallContext {
  readonly urn: string;
  /** Sends a line to the engine, which shows it beside the resource. */
  log(message: string): void;
  /** Sends a line that stays among what the run has said. */
  tell(message: string): void;
  /** Aborted when the engine cancels the run (Ctrl-C); a long wait should end then. */
  readonly signal?: AbortSignal;
}

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadBack extends Created {
  /** The inputs that would have led to this resource; what an import writes into the state. */
  readonly inputs: Properties;
}

/** One resource type of a provider, as thin as its client allows. */
export interface ResourceType<Client> {
  /** Every input that the real provider knows and this stand-in honours. Any other input is refused by name. */
  readonly inputs: readonly string[];
  readonly required: readonly string[];
  /** Inputs whose change replaces the resource, as in the real provider. */
  readonly replaceOn: readonly string[];
  /** What the real provider assumes for inputs that were left out. Such a value equals leaving it out, and stands in the outputs. */
  readonly schemaDefaults?: Properties;
  /** Inputs that are lists in the program and sets in the real provider: their order is no change. */
  readonly sets?: readonly string[];
  /** The inputs in one of several equal spellings, for comparing only. May meet the unknown sentinel, see `values.ts`. */
  canonical?(inputs: Properties): Properties;
  /** Outputs that are no inputs: a preview shows them as unknown until the resource exists. */
  readonly computed?: readonly string[];
  /** Outputs that are secret whether or not an input was. */
  readonly secretOutputs?: readonly string[];
  /** What the real provider's state says of itself, so that the real plugin can take the state over. */
  readonly schemaVersion?: number;
  /**
   * Whether a replacement removes the old resource first. Left out: when both have the same `name`, because there can
   * be only one of that name.
   */
  readonly deleteBeforeReplace?: boolean;
  /**
   * Values for inputs that were left out, e.g. a name from the URN (`autoName`). `olds` are the inputs of the last run,
   * `{}` at first. An input that was left out in the last run too keeps the value it got then.
   */
  defaults?(inputs: Properties, olds: Properties, context: CallContext): Properties;
  /** Values of `defaults` that are not kept from the last run, so that a new one is a change. */
  readonly renewed?: readonly string[];
  /** Sees only the inputs whose values are known: in a preview some are not yet. */
  check?(inputs: Properties): readonly CheckFailure[];
  /**
   * What an update from the old inputs to the new ones will do, one sentence each, for those who read the preview. May meet
   * the unknown sentinel. Throws to refuse a change that must not happen.
   */
  consequences?(olds: Properties, news: Properties): readonly string[];
  /** What a creation will do, one sentence each, for those who read the preview. May meet the unknown sentinel. */
  beginnings?(inputs: Properties): readonly string[];
  /** May throw `PartlyCreated` where the resource is there and is not as it should be. */
  create(client: Client, inputs: Properties, context: CallContext): Promise<Created>;
  /**
   * `undefined` where the resource is gone. For an import `state` and `inputs` are empty and only the id is known; for a
   * refresh `inputs` are those of the last run.
   */
  read(
    client: Client,
    id: string,
    state: Properties,
    context: CallContext,
    inputs: Properties,
  ): Promise<ReadBack | undefined>;
  /**
   * Needed where the change of an input outside `replaceOn` must reach the resource; without it such a change is only
   * written into the state. Returns the new outputs.
   */
  update?(client: Client, id: string, state: Properties, inputs: Properties, context: CallContext): Promise<Properties>;
  /** A resource that is gone already counts as deleted. */
  delete(client: Client, id: string, state: Properties, context: CallContext): Promise<void>;
}

/** A provider plugin written here, for networks where the real one cannot be had. */
export interface StandIn<Client> {
  /** As in `pulumi-resource-NAME`. */
  readonly name: string;
  /** The version of the npm package whose names and shapes are followed. */
  readonly version: string;
  /** Every setting of the provider that is honoured; any other is refused by name. */
  readonly config: readonly string[];
  /** Called once, when a client is first needed. Booleans, numbers and objects of the npm packages arrive as JSON strings. */
  configure(config: Properties): Client | Promise<Client>;
  /** By type token, e.g. `docker:index/container:Container`. */
  readonly resources: Readonly<Record<string, ResourceType<Client>>>;
}
