import { checkInputs, checkSettings, defaultsNoted, installReal } from "./check.ts";
import { type Difference, difference } from "./diff.ts";
import { suggestion } from "./suggestion.ts";
import type { CallContext, CheckFailure, Created, Properties, ReadBack, ResourceType, StandIn } from "./types.ts";
import { hasUnknown, unknownValue, withoutNotes } from "./values.ts";

/** What the engine asks of a provider, in plain values: what goes over the wire is `server.ts`'s. */
export class Provider<Client> {
  readonly standIn: StandIn<Client>;
  private settings: Properties = {};
  private client: Promise<Client> | undefined;

  constructor(standIn: StandIn<Client>) {
    this.standIn = standIn;
  }

  checkSettings(settings: Properties): readonly CheckFailure[] {
    return checkSettings(this.standIn, settings);
  }

  /** Keeps the settings. The client is made when it is first needed, so that a preview needs nothing that runs. */
  configure(settings: Properties): void {
    const failures = this.checkSettings(settings);
    if (failures.length > 0) throw new Error(failures.map((failure) => failure.reason).join("; "));
    this.settings = settings;
    this.client = undefined;
  }

  /** The type, or an error that names the types there are and the way out. */
  type(token: string): ResourceType<Client> {
    const type = this.standIn.resources[token];
    if (type !== undefined) return type;
    throw new Error(
      `the stand-in for the ${this.standIn.name} provider has no resource type ${token}; ` +
        `${suggestion(token, Object.keys(this.standIn.resources))}. Use one of these, or ${installReal(this.standIn)}`,
    );
  }

  check(
    token: string,
    olds: Properties,
    news: Properties,
    context: CallContext,
  ): { inputs: Properties; failures: readonly CheckFailure[] } {
    return checkInputs(this.type(token), token, olds, news, context);
  }

  diff(token: string, olds: Properties, news: Properties, ignore: readonly string[]): Difference {
    return difference(this.type(token), olds, news, ignore);
  }

  /** What an update that changes something will do. */
  consequences(token: string, olds: Properties, news: Properties, { changes }: Difference): readonly string[] {
    if (Object.keys(changes).length === 0) return [];
    return this.type(token).consequences?.(withoutNotes(olds), withoutNotes(news)) ?? [];
  }

  /** What a creation will do. */
  beginnings(token: string, inputs: Properties): readonly string[] {
    return this.type(token).beginnings?.(withoutNotes(inputs)) ?? [];
  }

  async create(token: string, inputs: Properties, context: CallContext, preview: boolean): Promise<Created> {
    const type = this.type(token);
    const given = withoutNotes(inputs);
    if (preview) {
      const unknown = Object.fromEntries((type.computed ?? []).map((key) => [key, unknownValue]));
      return { id: "", outputs: outputsOf(type, { ...unknown, ...given }) };
    }
    const created = await type.create(await this.connect(), given, context);
    return { id: created.id, outputs: outputsOf(type, created.outputs) };
  }

  async read(
    token: string,
    id: string,
    state: Properties,
    inputs: Properties,
    context: CallContext,
  ): Promise<ReadBack | undefined> {
    const type = this.type(token);
    const found = await type.read(await this.connect(), id, withoutNotes(state), context, withoutNotes(inputs));
    if (found === undefined) return undefined;
    const stillDefaults = defaultsNoted(inputs).filter((key) => found.inputs[key] !== undefined);
    return {
      id: found.id,
      outputs: outputsOf(type, found.outputs),
      inputs: { ...found.inputs, __defaults: stillDefaults },
    };
  }

  async update(
    token: string,
    id: string,
    state: Properties,
    inputs: Properties,
    context: CallContext,
    preview: boolean,
  ): Promise<Properties> {
    const type = this.type(token);
    const before = withoutNotes(state);
    const given = withoutNotes(inputs);
    const kept = Object.fromEntries(
      Object.entries(before).filter(([key]) => !type.inputs.includes(key) || type.computed?.includes(key)),
    );
    if (preview || type.update === undefined) return outputsOf(type, { ...kept, ...given });
    return outputsOf(type, await type.update(await this.connect(), id, before, given, context));
  }

  async delete(token: string, id: string, state: Properties, context: CallContext): Promise<void> {
    await this.type(token).delete(await this.connect(), id, withoutNotes(state), context);
  }

  /** As they go into the state, with what the real provider's schema adds to them. */
  outputsOf(token: string, outputs: Properties): Properties {
    return outputsOf(this.type(token), outputs);
  }

  private connect(): Promise<Client> {
    if (hasUnknown(this.settings)) {
      throw new Error(
        `settings of the ${this.standIn.name} provider are not known yet: they come from a resource that is not made yet`,
      );
    }
    this.client ??= Promise.resolve(this.standIn.configure(this.settings));
    return this.client;
  }
}

function outputsOf<Client>(type: ResourceType<Client>, outputs: Properties): Properties {
  const version = type.schemaVersion;
  const note = version === undefined ? {} : { __meta: JSON.stringify({ schema_version: String(version) }) };
  return { ...type.schemaDefaults, ...outputs, ...note };
}
