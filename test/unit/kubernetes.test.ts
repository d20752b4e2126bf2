import { beforeAll, describe, expect, it, vi } from "vitest";
import { Consensus, type HaPostgres } from "../../components/index.ts";
import { DockerPlatform } from "../../platforms/docker/index.ts";
import { kubernetes } from "../../stacks/kubernetes.ts";
import { type KubernetesSettings, parseStackSettings } from "../../stacks/schema.ts";
import { type Declared, declaredBy, passwordPrefix, transitiveNeeds } from "../support/declared.ts";
import { refusals } from "../support/kubernetes-schemas.ts";

// In an update the program waits for servers that are not there.
vi.mock("../../components/reachable/patience.ts", () => ({ untilIt: async () => undefined }));

// Each test declares a whole system or two, also on a machine that has other things to do.
vi.setConfig({ testTimeout: 30_000 });

type Values = Readonly<Record<string, unknown>>;

const settingsOf = (values: Values) => parseStackSettings("kubernetes", values) as KubernetesSettings;
const declared = (values: Values = {}, preview = true) => declaredBy(() => kubernetes(settingsOf(values)), { preview });

/** Objects of the cluster: components have no such inputs. */
const manifests = (all: readonly Declared[]) => all.filter(({ inputs }) => inputs.apiVersion !== undefined);
const ofKind = (all: readonly Declared[], ...kinds: string[]) =>
  manifests(all).filter(({ inputs }) => kinds.includes(String(inputs.kind)));
const ofType = (all: readonly Declared[], ...types: string[]) =>
  all.filter(({ type, inputs }) => types.includes(type) && inputs.apiVersion === undefined);

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
const metadataOf = ({ inputs }: Declared) => inputs.metadata as Metadata;
const objectName = (resource: Declared) => `${resource.inputs.kind} ${metadataOf(resource).name}`;
const namesOf = (all: readonly Declared[], kind: string) =>
  ofKind(all, kind)
    .map((resource) => metadataOf(resource).name)
    .sort();

/** What a test reads of a pod. */
interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly automountServiceAccountToken: boolean;
    readonly containers: readonly {
      readonly image: string;
      readonly args?: readonly string[];
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
      readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
      readonly volumeMounts: readonly {
        readonly name: string;
        readonly mountPath: string;
        readonly subPath?: string;
      }[];
    }[];
    readonly volumes: readonly {
      readonly name: string;
      readonly projected?: {
        readonly sources: readonly {
          readonly configMap?: { readonly name: string; readonly items: readonly { readonly key: string }[] };
          readonly secret?: { readonly name: string; readonly items: readonly { readonly key: string }[] };
        }[];
      };
    }[];
  };
}
interface SetSpec {
  readonly serviceName: string;
  readonly replicas: number;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly updateStrategy: { readonly type: string };
  readonly template: Pod;
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
}
const specOf = ({ inputs }: Declared) => inputs.spec as SetSpec;

/** The types of everything that holds data, or opens it: docs/decisions/0002-what-destroy-keeps.md. */
const dataTypes = ["RandomPassword", "Role", "Database", "Extension", "Grant", "S3Bucket"];
const holdsData = (all: readonly Declared[]) => [
  ...ofKind(all, "Namespace", "PersistentVolumeClaim"),
  ...ofType(all, ...dataTypes),
];

const variants: readonly [string, Values][] = [
  ["the default", {}],
  ["etcd of its own", { consensus: { kind: "etcd" } }],
  ["raft", { consensus: { kind: "raft" } }],
  [
    "one of everything",
    {
      size: "laptop",
      cluster: { members: 1, synchronousMode: "off" },
      balancer: { instances: 1 },
      pools: { write: { instances: 1 }, read: { instances: 1 } },
    },
  ],
  [
    "a load balancer",
    {
      kubernetes: {
        context: "other",
        storageClass: "fast",
        clientNamespaces: ["shop"],
        images: { repository: "registry.example.com/pg", pullSecrets: ["login"], pullPolicy: "Always" },
        exposure: {
          type: "LoadBalancer",
          host: "pg.example.com",
          sources: ["10.0.0.0/8"],
          annotations: { "example.com/internal": "true" },
        },
      },
    },
  ],
  [
    "node ports and an S3 elsewhere",
    {
      bucket: { kind: "s3", endpoint: "https://s3.example.com", bucket: "theirs", accessKey: "k", secretKey: "s" },
      kubernetes: {
        exposure: {
          type: "NodePort",
          host: "192.0.2.1",
          sources: ["192.0.2.0/24"],
          nodePorts: { 5432: 30432, 5433: 30433, 6432: 31432, 6433: 31433 },
        },
      },
    },
  ],
];

describe.each(variants)("the manifests of a stack with %s", (_, values) => {
  let all: readonly Declared[];
  let objects: readonly Declared[];

  beforeAll(async () => {
    all = await declared(values);
    objects = manifests(all);
  });

  it("fit the schemas of Kubernetes' API, which know every field of theirs", async () => {
    expect(objects.length).toBeGreaterThan(20);
    for (const object of objects) expect(await refusals(object.inputs), objectName(object)).toEqual([]);
  });

  it("have names, labels and ports as the API takes them", () => {
    for (const object of objects) {
      const { name, namespace, labels } = metadataOf(object);
      expect(name, objectName(object)).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
      expect(namespace, objectName(object)).toBe(object.inputs.kind === "Namespace" ? undefined : "pgha-kubernetes");
      for (const label of Object.values(labels ?? {})) expect(label).toMatch(/^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/);
    }
    const kinds = objects.map(objectName);
    expect(kinds.filter((name, index) => kinds.indexOf(name) !== index)).toEqual([]);
    for (const set of ofKind(all, "StatefulSet")) {
      for (const { name } of specOf(set).template.spec.containers.flatMap(({ ports }) => ports)) {
        expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/);
      }
    }
  });

  it("name nothing that is not declared", () => {
    for (const set of ofKind(all, "StatefulSet")) {
      const { template, serviceName, selector, volumeClaimTemplates = [] } = specOf(set);
      expect(template.metadata.labels, objectName(set)).toMatchObject(selector.matchLabels);
      expect(namesOf(all, "Service")).toContain(serviceName);
      expect(namesOf(all, "ServiceAccount")).toContain(template.spec.serviceAccountName);
      const volumes = [
        ...template.spec.volumes.map(({ name }) => name),
        ...volumeClaimTemplates.map(({ metadata }) => metadata.name),
      ];
      const mounts = template.spec.containers.flatMap(({ volumeMounts }) => volumeMounts);
      expect(mounts.map(({ name }) => name).sort(), objectName(set)).toEqual(volumes.sort());
      expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length);
      for (const { configMap, secret } of template.spec.volumes.flatMap(({ projected }) => projected?.sources ?? [])) {
        for (const [kind, source, field] of [
          ["ConfigMap", configMap, "data"],
          ["Secret", secret, "stringData"],
        ] as const) {
          if (source === undefined) continue;
          const found = ofKind(all, kind).find((object) => metadataOf(object).name === source.name);
          const keys = Object.keys((found?.inputs[field] ?? {}) as object);
          for (const { key } of source.items) expect(keys, `${kind} ${source.name}`).toContain(key);
        }
      }
    }
  });

  it("claim a volume for each that holds data, by the name that its pod looks for", () => {
    const wanted = ofKind(all, "StatefulSet").flatMap((set) => {
      const { replicas, volumeClaimTemplates = [] } = specOf(set);
      return Array.from({ length: replicas }, (_, index) =>
        volumeClaimTemplates.map(({ metadata }) => `${metadata.name}-${metadataOf(set).name}-${index + 1}`),
      ).flat();
    });
    expect(namesOf(all, "PersistentVolumeClaim")).toEqual(wanted.sort());
  });

  it("show no password but in Secrets", () => {
    const secrets = ofKind(all, "Secret");
    expect(JSON.stringify(secrets)).toContain(passwordPrefix);
    for (const object of objects) {
      if (object.inputs.kind === "Secret") continue;
      expect(JSON.stringify(object.inputs), objectName(object)).not.toContain(passwordPrefix);
    }
  });

  it("protect everything that holds data, and nothing else", () => {
    const protectedOnes = all.filter(({ protect }) => protect).map(({ urn }) => urn);
    expect(protectedOnes.sort()).toEqual(
      holdsData(all)
        .map(({ urn }) => urn)
        .sort(),
    );
  });

  it("let nothing that holds data depend on a pod, which would then be kept with it", () => {
    for (const resource of holdsData(all)) {
      const pods = ofKind(transitiveNeeds(resource, all), "StatefulSet").map(objectName);
      expect(pods, `what ${resource.type} ${resource.name} depends on`).toEqual([]);
    }
  });
});

describe.each([
  ["a preview", true],
  ["an update", false],
])("the default stack in %s", (_, preview) => {
  let all: readonly Declared[];

  beforeAll(async () => {
    all = await declared({}, preview);
  });

  it("has a StatefulSet for each service, and no etcd", () => {
    const sets = ofKind(all, "StatefulSet").map((set) => `${metadataOf(set).name} x${specOf(set).replicas}`);
    expect(sets.sort()).toEqual(["haproxy x2", "minio x1", "pgbouncer-read x2", "pgbouncer-write x2", "postgres x3"]);
  });

  it("never replaces a pod with data by itself", () => {
    const strategies = ofKind(all, "StatefulSet").map(
      (set) => `${metadataOf(set).name} ${specOf(set).updateStrategy.type}`,
    );
    expect(strategies.sort()).toEqual([
      "haproxy RollingUpdate",
      "minio OnDelete",
      "pgbouncer-read RollingUpdate",
      "pgbouncer-write RollingUpdate",
      "postgres OnDelete",
    ]);
  });

  it("deletes roles, databases and extensions with the first claim, the bucket with its own", () => {
    const claim = (name: string) =>
      ofKind(all, "PersistentVolumeClaim").find((one) => metadataOf(one).name === name)?.urn;
    for (const { name, deletedWith } of ofType(all, "Role", "Database", "Extension")) {
      expect(deletedWith, name).toBe(claim("data-postgres-1"));
    }
    expect(ofType(all, "S3Bucket").map(({ deletedWith }) => deletedWith)).toEqual([claim("data-minio-1")]);
  });

  it("gives the cluster's API to the members alone, and of it what Patroni needs", () => {
    const tokens = ofKind(all, "StatefulSet").filter((set) => specOf(set).template.spec.automountServiceAccountToken);
    expect(tokens.map((set) => metadataOf(set).name)).toEqual(["postgres"]);
    const rules = ofKind(all, "Role").flatMap(
      ({ inputs }) => inputs.rules as { verbs: string[]; resources: string[]; resourceNames?: string[] }[],
    );
    const allowed = rules.map(
      ({ resources, resourceNames, verbs }) => `${resources} ${resourceNames ?? "any"}: ${verbs}`,
    );
    expect(allowed).toEqual([
      "configmaps any: create,list,watch",
      "configmaps pgha-kubernetes-config,pgha-kubernetes-failover,pgha-kubernetes-leader,pgha-kubernetes-sync: get,patch,update",
      "pods any: list,watch",
      "pods postgres-1,postgres-2,postgres-3: get,patch,update",
    ]);
  });

  it("declares none of the objects that Patroni writes", () => {
    expect(namesOf(all, "ConfigMap").filter((name) => name.startsWith("pgha-kubernetes-"))).toEqual([]);
    expect(ofKind(all, "Endpoints")).toEqual([]);
  });

  it("lets the members find each other by Patroni's labels", () => {
    const member = ofKind(all, "StatefulSet").find((set) => metadataOf(set).name === "postgres");
    const labels = member && specOf(member).template.metadata.labels;
    expect(labels).toMatchObject({ application: "patroni", "cluster-name": "pgha-kubernetes" });
    const files = ofKind(all, "ConfigMap").find((map) => metadataOf(map).name === "postgres-files")?.inputs.data;
    const config = (files as Record<string, string>)["etc.patroni.patroni.yml"];
    expect(config).toMatch(/^scope: pgha-kubernetes$/m);
    expect(config).toMatch(/^ {2}namespace: pgha-kubernetes$/m);
    expect(config).toMatch(/^ {4}application: patroni$/m);
  });

  it("tells each member its own name", () => {
    const member = ofKind(all, "StatefulSet").find((set) => metadataOf(set).name === "postgres");
    const env = member && specOf(member).template.spec.containers[0]?.env;
    const own = "$(POD_NAME).postgres-pods.pgha-kubernetes.svc.cluster.local";
    expect(env?.[0]).toEqual({ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } });
    expect(env).toContainEqual({ name: "PATRONI_NAME", value: "$(POD_NAME)" });
    expect(env).toContainEqual({ name: "PATRONI_POSTGRESQL_CONNECT_ADDRESS", value: `${own}:5432` });
  });
});

describe("a setting that changes", () => {
  it.each<[string, Values]>([
    ["a parameter of the servers", { cluster: { parameters: { work_mem: "16MB" } } }],
    ["the size of a pool", { pools: { write: { defaultPoolSize: 7 } } }],
    ["the lag of a reader", { balancer: { maximumLag: "1MB" } }],
  ])("%s changes files, and no pod, name or anything else", async (_, values) => {
    const [before, after] = [manifests(await declared()), manifests(await declared(values))];
    expect(after.map(({ urn }) => urn)).toEqual(before.map(({ urn }) => urn));
    const changed = after.filter(
      ({ inputs }, index) => JSON.stringify(inputs) !== JSON.stringify(before[index]?.inputs),
    );
    expect(changed.map(({ inputs }) => inputs.kind)).toEqual(["ConfigMap"]);
    expect(changed.map((object) => metadataOf(object))).toEqual(
      before.filter(({ urn }) => urn === changed[0]?.urn).map((object) => metadataOf(object)),
    );
  });

  it("the size of a volume changes its claims, and the StatefulSet in nothing that is not ignored", async () => {
    const bigger = await declared({ cluster: { volumeSize: "900GiB" } });
    const storage = ofKind(bigger, "PersistentVolumeClaim").map(
      ({ inputs }) => (inputs.spec as { resources: { requests: { storage: string } } }).resources.requests.storage,
    );
    expect(storage.filter((size) => size === `${900 * 1024}Mi`)).toHaveLength(3);
    const rest = (all: readonly Declared[]) =>
      ofKind(all, "StatefulSet").map((set) => ({ ...specOf(set), volumeClaimTemplates: undefined }));
    expect(rest(bigger)).toEqual(rest(await declared()));
    expect(ofKind(bigger, "StatefulSet").map(({ ignored }) => ignored)).toContainEqual(["spec.volumeClaimTemplates"]);
  });
});

describe("the endpoints", () => {
  const outputs = async (values: Values) => {
    let system: HaPostgres | undefined;
    await declaredBy(
      () => {
        system = kubernetes(settingsOf(values));
      },
      { preview: true },
    );
    if (system === undefined) throw new Error("no system");
    return system;
  };
  const outside = { host: "pg.example.com", sources: ["10.0.0.0/8"] };

  it("are names of the cluster's own DNS where no other way in is declared", async () => {
    const system = await outputs({});
    expect(system.s3Endpoint).toBe("http://minio.pgha-kubernetes.svc.cluster.local:9000");
    expect(system.members).toEqual(["postgres-1", "postgres-2", "postgres-3"]);
  });

  it("are the load balancer's, or the nodes'", async () => {
    const balanced = await outputs({ kubernetes: { exposure: { type: "LoadBalancer", ...outside } } });
    expect(balanced.s3Endpoint).toBe("http://pg.example.com:9000");
    const nodePorts = { 5432: 30432, 5433: 30433, 6432: 31432, 6433: 31433, 9000: 30900 };
    const onNodes = await outputs({ kubernetes: { exposure: { type: "NodePort", ...outside, nodePorts } } });
    expect(onNodes.s3Endpoint).toBe("http://pg.example.com:30900");
  });
});

describe("a platform without an API to keep who leads in", () => {
  it("refuses that by the setting's name", async () => {
    const refused = declaredBy(
      () => {
        const platform = new DockerPlatform("test", { name: "test" });
        new Consensus("test", { platform, cluster: "test", consensus: { kind: "kubernetes" } });
      },
      { preview: true },
    );
    await expect(refused).rejects.toThrow(
      /Consensus test: 1 problem\n {2}- kind: "kubernetes" is for members that run in a Kubernetes cluster; use "etcd" here/,
    );
  });
});

describe("the check of manifests", () => {
  type Spec = Record<string, unknown> & { readonly template: { readonly spec: Record<string, unknown> } };
  const broken = async (change: (spec: Spec) => unknown) => {
    const set = ofKind(await declared(), "StatefulSet")[0];
    const manifest = structuredClone(set?.inputs ?? {});
    change(manifest.spec as Spec);
    return refusals(manifest);
  };

  it.each<[string, (spec: Spec) => unknown, RegExp]>([
    ["a misspelt field", (spec) => Object.assign(spec, { replica: 3 }), /\/spec\/replica: unknown field/],
    [
      "one deep inside",
      ({ template }) => Object.assign(template.spec, { dnsConfig: { option: [] } }),
      /\/spec\/template\/spec\/dnsConfig\/option: unknown field/,
    ],
    ["a number as text", (spec) => Object.assign(spec, { replicas: "3" }), /\/spec\/replicas: type/],
    ["a value that is not allowed", (spec) => Object.assign(spec, { podManagementPolicy: "Parallell" }), /enum/],
    ["a missing field", (spec) => Reflect.deleteProperty(spec, "selector"), /required.*selector/],
  ])("finds %s", async (_, change, refusal) => {
    expect((await broken(change)).join("\n")).toMatch(refusal);
  });
});
