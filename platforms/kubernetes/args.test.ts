import { describe, expect, it } from "vitest";
import { InvalidArguments, parseArguments } from "../../components/arguments.ts";
import { kubernetesPlatformArgs } from "./args.ts";

const parse = (values: object) => parseArguments("Kubernetes", kubernetesPlatformArgs, { namespace: "ns", ...values });

function refusal(values: object): string {
  try {
    parse(values);
  } catch (error) {
    if (error instanceof InvalidArguments) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

const digest = `sha256:${"0".repeat(64)}`;

describe("where in a cluster a stack lives", () => {
  it("is closed to everybody, and on the cluster's own volumes, unless told otherwise", () => {
    expect(parse({})).toEqual({
      namespace: "ns",
      clusterDomain: "cluster.local",
      volumeSize: "10GiB",
      images: { repository: "pulumi-postgres-ha", references: {}, pullPolicy: "IfNotPresent", pullSecrets: [] },
      exposure: { type: "ClusterIP" },
      clientNamespaces: [],
    });
  });

  it.each(["registry.example.com:5000/pg:17.1", `registry.example.com/pg@${digest}`, `pg:17@${digest}`])(
    "takes the image %s",
    (reference) => {
      expect(parse({ images: { references: { postgres: reference } } }).images.references).toEqual({
        postgres: reference,
      });
    },
  );

  it.each<[string, object, RegExp]>([
    ["a namespace that is no DNS label", { namespace: "My_Space" }, /namespace: .*DNS label.*not "My_Space"/],
    ["an image without a tag", { images: { references: { postgres: "pg" } } }, /references\.postgres: .*a tag/],
    ["an image that may be another tomorrow", { images: { references: { postgres: "pg:latest" } } }, /"latest"/],
    ["an image of a role that there is not", { images: { references: { postgre: "pg:1" } } }, /postgre/],
    ["a repository with a tag", { images: { repository: "pg:" } }, /repository: a repository without a tag/],
    ["a size in powers of 1000", { volumeSize: "10GB" }, /volumeSize: a size with its unit.*not "10GB"/],
    ["a way in that there is not", { exposure: { type: "Ingress" } }, /exposure\.type: .*Ingress|exposure: .*/],
    ["a way in for nobody", { exposure: { type: "LoadBalancer", host: "a.b", sources: [] } }, /exposure\.sources/],
    ["a way in without a name", { exposure: { type: "LoadBalancer", sources: ["10.0.0.0/8"] } }, /exposure\.host/],
    [
      "a source that is no network",
      { exposure: { type: "LoadBalancer", host: "a.b", sources: ["10.0.0.1"] } },
      /sources/,
    ],
    [
      "sources where nobody comes from outside",
      { exposure: { type: "ClusterIP", sources: [] } },
      /unknown key "sources"/,
    ],
    ["a misspelt setting", { clientNamespace: [] }, /clientNamespace: .*did you mean "clientNamespaces"/],
  ])("is refused for %s", (_, values, message) => {
    expect(refusal(values)).toMatch(message);
  });
});
