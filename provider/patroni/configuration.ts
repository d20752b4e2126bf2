import type { CallContext, Properties, ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import type { Instances } from "../instances/instances.ts";
import { anyOf } from "./any-of.ts";
import { consequencesOf } from "./consequences.ts";
import {
  type Configuration,
  type ConfigurationInputs,
  configurationInputs,
  type MemberInput,
  type Overrides,
} from "./inputs.ts";
import { PatroniMember } from "./member.ts";
import { declaredPart } from "./merge-patch.ts";
import { parametersOf, settle } from "./settle.ts";

const bootstrapSeconds = 600;

/** Patroni's dynamic configuration, in the cluster's store and on every member. */
export const patroniConfiguration: ResourceType<Instances> = {
  inputs: ["members", "superuser", "configuration", "restarts", "overrides"],
  required: ["members", "superuser", "configuration", "restarts"],
  replaceOn: [],

  /** A member in another container is no change of the configuration. */
  canonical: (inputs) => ({ ...inputs, members: memberNames(inputs) }),

  consequences: (olds, news) => consequencesOf(configurationInputs(olds), configurationInputs(news)),

  async create(instances, properties, context) {
    const inputs = configurationInputs(properties);
    const members = membersOf(instances, inputs);
    await anyOf(members, (member) => member.rest.awaitLeader(bootstrapSeconds, context.signal));
    await settle(members, inputs, {}, context);
    return { id: idOf(context), outputs: properties };
  },

  async read(instances, id, state, context, inputs) {
    if (Object.keys(inputs).length === 0)
      throw new Error(`${id} cannot be imported: declare it, and up adopts the cluster`);
    const declared = configurationInputs(inputs);
    const members = membersOf(instances, declared);
    try {
      const actual = await anyOf(members, (member) =>
        member.rest.json<Configuration>("GET", "/config", undefined, context.signal),
      );
      const overrides = await overridesOf(members, declared, context);
      const found = {
        configuration: declaredPart(declared.configuration, actual),
        ...(Object.keys(overrides).length > 0 ? { overrides } : {}),
      };
      const { overrides: _, ...before } = inputs;
      return { id, outputs: { ...state, ...found }, inputs: { ...before, ...found } };
    } catch (error) {
      context.tell(`not compared, because no member answers: ${(error as Error).message}`);
      return { id, outputs: state, inputs };
    }
  },

  async update(instances, _id, state, properties, context) {
    const inputs = configurationInputs(properties);
    await settle(membersOf(instances, inputs), inputs, configurationInputs(state).configuration, context);
    return properties;
  },

  /** The configuration goes with its store. */
  async delete() {},
};

/** In a preview that replaces a container the whole list is unknown. */
function memberNames({ members }: Properties): unknown {
  return Array.isArray(members) ? members.map(({ name }: MemberInput) => name) : members;
}

function membersOf(instances: Instances, { members, superuser }: ConfigurationInputs): PatroniMember[] {
  return members.map(({ name, instance }) => new PatroniMember(name, instances.at(instance), superuser));
}

/** What ALTER SYSTEM has set on a member against what is declared; of the rest people are told. */
async function overridesOf(
  members: readonly PatroniMember[],
  { configuration }: ConfigurationInputs,
  context: CallContext,
): Promise<Overrides> {
  const declared = parametersOf(configuration);
  const found = await Promise.all(
    members.map(async (member) => {
      const all = Object.entries(await member.overrides().catch(() => ({})));
      for (const [name, value] of all.filter(([name]) => !(name in declared))) {
        context.tell(`${member.name}: ALTER SYSTEM has set ${name} = ${value}, which nobody declares: left alone`);
      }
      return [member.name, Object.fromEntries(all.filter(([name]) => name in declared))] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, settings]) => Object.keys(settings).length > 0));
}

function idOf({ urn }: CallContext): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
