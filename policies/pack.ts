import { PolicyPack, type PolicyPackArgs, type PolicyResource, type ResourceValidationArgs } from "@pulumi/policy";
import type { Resource } from "./graph/resource.ts";
import type { Properties } from "./graph/values.ts";
import { plain } from "./plain.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

interface RuleConfig {
  readonly except?: readonly string[];
}

/** What a person may set for each rule, beside its enforcement. */
const configSchema = {
  properties: {
    except: {
      type: "array" as const,
      items: { type: "string" as const },
      description: "Names of resources that the rule leaves alone.",
    },
  },
};

function resourceOf({ type, name, urn, props, opts }: ResourceValidationArgs | PolicyResource): Resource {
  let known: Properties | undefined;
  return {
    type,
    name,
    urn,
    // Most rules look no further than the type.
    get props() {
      known ??= plain(props);
      return known;
    },
    protect: opts.protect,
  };
}

function policyOf(rule: Rule): PolicyPackArgs["policies"][number] {
  const { name, description, enforcement: enforcementLevel } = rule;
  const described = { name, description, enforcementLevel, configSchema };
  if ("problems" in rule) {
    return {
      ...described,
      validateResource: (args, report) => {
        if (args.getConfig<RuleConfig>().except?.includes(args.name)) return;
        for (const problem of rule.problems(resourceOf(args))) report(problem);
      },
    };
  }
  return {
    ...described,
    validateStack: (args, report) => {
      const excepted = args.getConfig<RuleConfig>().except ?? [];
      const resources = args.resources.filter((resource) => !excepted.includes(resource.name)).map(resourceOf);
      for (const { message, urn } of rule.stackProblems(resources)) report(message, urn);
    },
  };
}

new PolicyPack("pulumi-postgres-ha", { policies: rules.map(policyOf) });
