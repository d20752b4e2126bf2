import { beforeEach, describe, expect, it } from "vitest";
import { autoName } from "./auto-name.ts";
import { Provider } from "./provider.ts";
import { tokenOf } from "./server.ts";
import type { Properties, ResourceType, StandIn } from "./types.ts";
import { unknownValue } from "./values.ts";

const token = "demo:index/thing:Thing";
const urn = `urn:pulumi:stack::project::a:b:Parent$${token}::mine`;
const context = { urn, log: () => undefined, tell: () => undefined };

describe("Provider", () => {
  let calls: { method: string; inputs: Properties }[];
  let provider: Provider<string>;

  beforeEach(() => {
    calls = [];
    const thing: ResourceType<string> = {
      inputs: ["name", "size", "image"],
      required: ["name", "image"],
      replaceOn: ["name"],
      schemaDefaults: { size: 1 },
      computed: ["address"],
      schemaVersion: 2,
      defaults: (inputs) => ({ ...inputs, name: inputs.name ?? autoName(urn) }),
      check: ({ size }) => (typeof size === "string" ? [{ property: "size", reason: "no number" }] : []),
      beginnings: ({ name, ...rest }) => (Object.keys(rest).join() === "image" ? [`makes ${name}`] : []),
      async create(_client, inputs) {
        calls.push({ method: "create", inputs });
        return { id: "1", outputs: { ...inputs, address: "here" } };
      },
      async read(_client, id, state, _context, inputs) {
        return id === "gone" ? undefined : { id, outputs: state, inputs };
      },
      async delete(_client, _id, state) {
        calls.push({ method: "delete", inputs: state });
      },
    };
    const standIn: StandIn<string> = {
      name: "demo",
      version: "1.2.3",
      config: ["host"],
      configure: (config) => String(config.host),
      resources: { [token]: thing },
    };
    provider = new Provider(standIn);
  });

  it("reads the type from a URN", () => {
    expect(tokenOf(urn)).toBe(token);
    expect(tokenOf(`urn:pulumi:s::p::${token}::x`)).toBe(token);
  });

  it("refuses a setting that it does not honour, and names the nearest and the way out", () => {
    expect(() => provider.configure({ hots: "x", version: "1.2.3" })).toThrow(
      /"hots"; did you mean "host".*pulumi plugin install resource demo 1\.2\.3/,
    );
  });

  it("refuses a type that it lacks, and names those that there are", () => {
    expect(() => provider.type("demo:index/thin:Thin")).toThrow(/no resource type demo:index\/thin:Thin.*Thing/);
  });

  it("refuses what is unknown, missing or wrong, all at once", () => {
    const { failures } = provider.check(token, {}, { nmae: "a", size: "big" }, context);
    expect(failures.map(({ property }) => property)).toEqual(["nmae", "image", "size"]);
    expect(failures[0]?.reason).toContain('did you mean "name"');
  });

  it("tolerates values that are not known yet", () => {
    expect(
      provider.check(token, {}, { name: unknownValue, image: unknownValue, size: unknownValue }, context).failures,
    ).toEqual([]);
  });

  it("fills in a name, notes that it did, and keeps it", () => {
    const first = provider.check(token, {}, { image: "i" }, context).inputs;
    expect(first).toEqual({ name: expect.stringMatching(/^mine-[0-9a-f]{7}$/), image: "i", __defaults: ["name"] });
    const kept = provider.check(token, { ...first, name: "mine-of-the-real-provider" }, { image: "i" }, context);
    expect(kept.inputs.name).toBe("mine-of-the-real-provider");
    const given = provider.check(token, { name: "given", __defaults: [] }, { image: "i" }, context);
    expect(given.inputs.name).toBe(first.name);
  });

  it("does not keep a default that is to be renewed", () => {
    const made: Pick<ResourceType<string>, "defaults" | "renewed"> = {
      defaults: (inputs) => ({ ...inputs, name: "of this version" }),
      renewed: ["name"],
    };
    Object.assign(provider.type(token), made);
    const before = { name: "of the last version", image: "i", __defaults: ["name"] };
    const { inputs } = provider.check(token, before, { image: "i" }, context);
    expect(inputs.name).toBe("of this version");
    expect(Object.keys(provider.diff(token, before, inputs, []).changes)).toEqual(["name"]);
    const again = provider.check(token, inputs, { image: "i" }, context).inputs;
    expect(provider.diff(token, inputs, again, []).changes).toEqual({});
  });

  it("previews without a client: computed outputs are not known yet", async () => {
    expect(await provider.create(token, { name: "a", image: "i" }, context, true)).toEqual({
      id: "",
      outputs: { name: "a", image: "i", size: 1, address: unknownValue, __meta: '{"schema_version":"2"}' },
    });
    expect(calls).toEqual([]);
  });

  it("says what a creation will do, where the type knows", () => {
    expect(provider.beginnings(token, { name: "a", image: "i", __defaults: ["name"] })).toEqual(["makes a"]);
  });

  it("hands inputs over without notes, and gives the outputs the schema's defaults", async () => {
    provider.configure({ host: "h" });
    const created = await provider.create(token, { name: "a", image: "i", __defaults: ["name"] }, context, false);
    expect(calls).toEqual([{ method: "create", inputs: { name: "a", image: "i" } }]);
    expect(created.outputs).toEqual({
      name: "a",
      image: "i",
      size: 1,
      address: "here",
      __meta: '{"schema_version":"2"}',
    });
  });

  it("writes a change into the state where nothing else is to be done", async () => {
    const outputs = await provider.update(
      token,
      "1",
      { name: "a", size: 2, address: "here" },
      { name: "a" },
      context,
      false,
    );
    expect(outputs).toEqual({ name: "a", size: 1, address: "here", __meta: '{"schema_version":"2"}' });
  });

  it("keeps the note of defaults through a refresh, and knows what is gone", async () => {
    const inputs = { name: "a", image: "i", __defaults: ["name", "left"] };
    expect((await provider.read(token, "1", { name: "a" }, inputs, context))?.inputs).toEqual({
      name: "a",
      image: "i",
      __defaults: ["name"],
    });
    expect(await provider.read(token, "gone", {}, {}, context)).toBeUndefined();
  });

  it("does not connect with settings that are not known yet", async () => {
    provider.configure({ host: unknownValue });
    await expect(provider.delete(token, "1", {}, context)).rejects.toThrow(/not known yet/);
  });
});
