import { describe, expect, it } from "vitest";
import { policyConfigProblems } from "./policy-config.ts";

describe("a policy configuration", () => {
  it.each([
    "{}",
    '{ "all": "advisory" }',
    '{ "no-root": "disabled", "closed-ports": { "enforcementLevel": "mandatory", "except": ["bastion"] } }',
  ])("may be %s", (text) => {
    expect(policyConfigProblems(text)).toEqual([]);
  });

  it("is told everything that is wrong with it at once", () => {
    const text = JSON.stringify({
      "no-rot": "advisory",
      "no-root": "off",
      "no-trust": { enforcmentLevel: "advisory", except: "bastion" },
    });
    expect(policyConfigProblems(text)).toEqual([
      expect.stringContaining('unknown rule "no-rot"; did you mean "no-root"? Known here: all, closed-ports'),
      'no-root is "off"; allowed are mandatory, advisory, disabled',
      expect.stringContaining('unknown key "enforcmentLevel" of no-trust; did you mean "enforcementLevel"?'),
      'no-trust.except is "bastion"; it must be a list of names of resources',
    ]);
  });

  it("must be an object in JSON", () => {
    expect(policyConfigProblems("{")).toEqual([expect.stringContaining("it is no JSON")]);
    expect(policyConfigProblems("[]")).toEqual(["it is []; it must be an object of rules"]);
  });
});
