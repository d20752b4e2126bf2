import { describe, expect, it } from "vitest";
import { bareService, fullService, settings } from "../../test/support/kubernetes-service.ts";
import { imageRecipe } from "../image-recipe.ts";
import { electionRole, electionRoleBinding, serviceAccount } from "./access.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { imageName } from "./image-name.ts";
import { claimName, instancesOf } from "./names.ts";
import { namespaceArgs } from "./namespace.ts";

describe("the instances of a service", () => {
  it("are named as everywhere else, and found by names that need no search list", () => {
    expect(instancesOf("postgres", 2, settings())).toEqual([
      { name: "postgres-1", host: "postgres-1.postgres-pods.ns.svc.cluster.local" },
      { name: "postgres-2", host: "postgres-2.postgres-pods.ns.svc.cluster.local" },
    ]);
    expect(claimName("data", "postgres-1")).toBe("data-postgres-1");
  });
});

describe("a drain of nodes", () => {
  it("takes one instance at a time, and is not stopped by a single one", () => {
    expect(disruptionBudget(fullService, "ns")?.spec).toMatchObject({ maxUnavailable: 1 });
    expect(disruptionBudget(bareService, "ns")).toBeUndefined();
  });
});

describe("an image", () => {
  const { tag } = imageRecipe("postgres", { PG_MAJOR: "17" });
  const service = { role: "postgres", buildArguments: { PG_MAJOR: "17" } } as const;

  it("is named by its content, where the images are", () => {
    expect(imageName(service, settings())).toBe(`pulumi-postgres-ha/postgres:${tag}`);
    const elsewhere = settings({ images: { repository: "registry.example.com/team" } });
    expect(imageName(service, elsewhere)).toBe(`registry.example.com/team/postgres:${tag}`);
    expect(imageName({ ...service, buildArguments: {} }, settings())).not.toBe(imageName(service, settings()));
  });

  it("is the one that is named for its role", () => {
    const reference = `registry.example.com/pg@sha256:${"0".repeat(64)}`;
    const args = settings({ images: { references: { postgres: reference } } });
    expect(imageName(service, args)).toBe(reference);
    expect(imageName({ role: "etcd" }, args)).toMatch(/^pulumi-postgres-ha\/etcd:/);
  });
});

describe("the rights of a service", () => {
  it("are none", () => {
    expect(serviceAccount("store", "ns")).toMatchObject({ automountServiceAccountToken: false });
  });

  it("are to write the objects of its election, and its own pods", () => {
    const { rules } = electionRole("store", { labels: {}, objects: ["x-leader"] }, ["store-1"], "ns");
    const writing = (rules as { verbs: string[]; resources: string[]; resourceNames?: string[] }[]).filter(
      ({ verbs }) => verbs.some((verb) => ["patch", "update", "delete", "deletecollection"].includes(verb)),
    );
    expect(writing.map(({ resources, resourceNames }) => [resources, resourceNames])).toEqual([
      [["configmaps"], ["x-leader"]],
      [["pods"], ["store-1"]],
    ]);
    expect(electionRoleBinding("store", "ns")).toMatchObject({
      roleRef: { kind: "Role", name: "store" },
      subjects: [{ kind: "ServiceAccount", name: "store", namespace: "ns" }],
    });
  });
});

it("a namespace refuses pods that ask for privileges", () => {
  expect(namespaceArgs("ns").metadata).toMatchObject({
    name: "ns",
    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
  });
});
