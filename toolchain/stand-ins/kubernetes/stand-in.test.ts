import { describe, expect, it } from "vitest";
import { Provider } from "../framework/provider.ts";
import type { Properties } from "../framework/types.ts";
import { unknownValue } from "../framework/values.ts";
import { kubernetes } from "./stand-in.ts";

const provider = new Provider(kubernetes);
const statefulSet = "kubernetes:apps/v1:StatefulSet";
const secret = "kubernetes:core/v1:Secret";
const contextOf = (token: string) => ({
  urn: `urn:pulumi:s::p::${token}::mine`,
  log: () => undefined,
  tell: () => undefined,
});
const check = (token: string, olds: Properties, news: Properties) =>
  provider.check(token, olds, news, contextOf(token));

const given = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "postgres", namespace: "orders" },
  spec: { replicas: 3, serviceName: "postgres-pods", selector: { matchLabels: { a: "b" } } },
};

describe("the inputs of an object", () => {
  it("are kept as they are where the object has a name", () => {
    const { inputs, failures } = check(statefulSet, {}, given);
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ ...given, __defaults: [] });
  });

  it("get a name where they have none, and keep it", () => {
    const { metadata: _, ...nameless } = given;
    const { inputs: first } = check(statefulSet, {}, nameless);
    expect(first.metadata).toMatchObject({ name: expect.stringMatching(/^mine-[0-9a-f]{7}$/) });
    const before = { ...first, metadata: { ...(first.metadata as Properties), name: "mine-real123" } };
    expect(check(statefulSet, before, nameless).inputs.metadata).toEqual(before.metadata);
    expect(check(statefulSet, given, nameless).inputs.metadata).toEqual(first.metadata);
  });

  it.each<[string, Properties, RegExp]>([
    ["another kind", { ...given, kind: "statefulset" }, /kind is "statefulset".*"StatefulSet"/],
    ["another version", { ...given, apiVersion: "apps/v1beta1" }, /apiVersion is "apps\/v1beta1".*"apps\/v1"/],
    ["no specification", { ...given, spec: undefined }, /needs "spec"/],
    ["an unknown input", { ...given, specs: {} }, /"specs".*did you mean "spec"/],
    ["a misspelt name", { ...given, metadata: { nam: "x" } }, /"nam".*did you mean "name"/],
    ["a label that is no text", { ...given, metadata: { labels: { a: 1 } } }, /metadata\.labels\.a.*a text/],
  ])("are refused for %s", (_, inputs, reason) => {
    expect(
      check(statefulSet, {}, inputs)
        .failures.map((failure) => failure.reason)
        .join("; "),
    ).toMatch(reason);
  });

  it("may hold what is not known yet", () => {
    const files = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, stringData: { word: unknownValue } };
    expect(check(secret, {}, files).failures).toEqual([]);
  });
});

describe("a change", () => {
  const changed = (spec: Properties) =>
    provider.diff(statefulSet, given, { ...given, spec: { ...given.spec, ...spec } }, []);

  it("of the count of pods is a change in place", () => {
    expect(changed({ replicas: 5 })).toMatchObject({ replaces: [], changes: { "spec.replicas": { kind: "update" } } });
  });

  it("of what the API lets nobody change is a replacement, the old one deleted first", () => {
    const difference = changed({ serviceName: "other" });
    expect(difference).toMatchObject({ replaces: ["spec.serviceName"], deleteBeforeReplace: true });
    expect(changed({ selector: { matchLabels: { a: "c" } } }).replaces).toEqual(["spec.selector"]);
    expect(
      provider.diff(statefulSet, given, { ...given, metadata: { name: "other", namespace: "orders" } }, []).replaces,
    ).toEqual(["metadata.name"]);
  });

  it("of nothing is none, also where the real provider has encoded a secret", () => {
    expect(provider.diff(statefulSet, given, given, []).changes).toEqual({});
    const news = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, stringData: { word: "open" } };
    const olds = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, data: { word: "b3Blbg==" } };
    expect(provider.diff(secret, olds, news, []).changes).toEqual({});
    expect(provider.diff(secret, olds, { ...news, stringData: { word: "shut" } }, [])).toMatchObject({
      replaces: [],
      changes: { "data.word": { kind: "update" } },
    });
  });
});

describe("more than a preview", () => {
  const refused = /only previews; nothing was changed.*pulumi plugin install resource kubernetes 4\.34\.2/;
  const context = contextOf(statefulSet);

  it("is refused", async () => {
    expect((await provider.create(statefulSet, given, context, true)).outputs).toEqual(given);
    expect(await provider.update(statefulSet, "id", given, given, context, true)).toEqual(given);
    await expect(provider.create(statefulSet, given, context, false)).rejects.toThrow(refused);
    await expect(provider.update(statefulSet, "id", given, given, context, false)).rejects.toThrow(refused);
    await expect(provider.read(statefulSet, "id", {}, {}, context)).rejects.toThrow(refused);
    await expect(provider.delete(statefulSet, "id", given, context)).rejects.toThrow(refused);
  });
});
