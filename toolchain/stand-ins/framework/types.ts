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
  /** Values for inputs that were left out, e.g. a name from the URN. `olds` are the inputs of the last run, `{}` at first. */
  defaults?(inputs: Properties, olds: Properties, context: CallContext): Properties;
  check?(inputs: Properties): readonly CheckFailure[];
  create(client: Client, inputs: Properties, context: CallContext): Promise<Created>;
  /** `undefined` where the resource is gone. For an import `state` is empty and only the id is known. */
  read(client: Client, id: string, state: Properties, context: CallContext): Promise<ReadBack | undefined>;
  /** Needed where an input outside `replaceOn` exists. Returns the new outputs. */
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
  configure(config: Properties): Client | Promise<Client>;
  /** By type token, e.g. `docker:index/container:Container`. */
  readonly resources: Readonly<Record<string, ResourceType<Client>>>;
}
