import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { Provider } from "../framework/provider.ts";
import { unknownValue } from "../framework/values.ts";
import { aws } from "./stand-in.ts";

const require = createRequire(import.meta.url);
const context = { urn: "urn:pulumi:s::p::aws:ec2/vpc:Vpc::x", log: () => undefined, tell: () => undefined };

/** The properties that the npm package hands to the engine for a type, as its own code says. */
function propertiesOf(token: string): { inputs: string[]; given: string[]; outputs: string[] } {
  const file = token.split(":")[1] ?? "";
  const code = readFileSync(require.resolve(`@pulumi/aws/${file}.js`), "utf8");
  expect(code).toContain(`'${token}'`);
  const names = (value: string) =>
    [...code.matchAll(new RegExp(`resourceInputs\\["(\\w+)"\\] = \\(?${value}`, "g"))].map(([, name = ""]) => name);
  return { inputs: names("args"), given: names("args\\?\\.\\w+\\) \\?\\?"), outputs: names("undefined") };
}

it.each(Object.entries(aws.resources))("knows %s as the npm package has it", (token, { inputs, computed = [] }) => {
  const real = propertiesOf(token);
  expect(inputs.filter((name) => !real.inputs.includes(name))).toEqual([]);
  expect(real.given.filter((name) => !inputs.includes(name))).toEqual([]);
  expect(computed.filter((name) => !real.outputs.includes(name))).toEqual([]);
});

const vpc = "aws:ec2/vpc:Vpc";

it("shows in a preview what is known, and that AWS decides the rest", async () => {
  const provider = new Provider(aws);
  provider.configure({ region: "eu-central-1", skipRegionValidation: "true" });
  const { outputs } = await provider.create(vpc, { cidrBlock: "10.0.0.0/16" }, context, true);
  expect(outputs).toMatchObject({ cidrBlock: "10.0.0.0/16", arn: unknownValue });
});

it("refuses to make anything, and names the way out", async () => {
  const provider = new Provider(aws);
  provider.configure({ region: "eu-central-1" });
  await expect(provider.create(vpc, { cidrBlock: "10.0.0.0/16" }, context, false)).rejects.toThrow(
    /can only preview.*pulumi plugin install resource aws 7\.48\.0.*credentials/,
  );
});

it("is of the version of the npm package", () => {
  expect(require("@pulumi/aws/package.json").version).toBe(aws.version);
});
