/** What a schema of `kubernetes-models` exports: an ajv validator, compiled. */
interface Validator {
  (data: unknown): boolean;
  readonly errors?:
    | readonly { readonly instancePath: string; readonly keyword: string; readonly params: unknown }[]
    | null;
}

/** The schema of each API version's kinds, as Kubernetes' OpenAPI document names it. */
const packages: Readonly<Record<string, string>> = {
  v1: "CoreV1",
  "apps/v1": "AppsV1",
  "networking.k8s.io/v1": "NetworkingV1",
  "policy/v1": "PolicyV1",
  "rbac.authorization.k8s.io/v1": "RbacV1",
};

/**
 * What Kubernetes' API would refuse in a manifest: values that do not fit its schemas, and fields that these do not have. The schemas themselves let
 * unknown fields pass; but a validator reads every field that it knows, so one that it never reads is none.
 */
export async function refusals(manifest: Readonly<Record<string, unknown>>): Promise<string[]> {
  const { apiVersion, kind } = manifest;
  const name = packages[String(apiVersion)];
  if (name === undefined) return [`no schemas of ${apiVersion}`];
  const { validate } = (await import(`kubernetes-models/_schemas/IoK8sApi${name}${kind}`)) as { validate: Validator };
  const watched = watch(manifest, "");
  const valid = validate(watched.value);
  const wrong = (validate.errors ?? []).map(
    ({ instancePath, keyword, params }) => `${instancePath}: ${keyword} ${JSON.stringify(params)}`,
  );
  return valid ? watched.unread().map((path) => `${path}: unknown field`) : wrong;
}

interface Watched {
  readonly value: unknown;
  unread(): string[];
}

function watch(value: unknown, path: string): Watched {
  if (typeof value !== "object" || value === null) return { value, unread: () => [] };
  const children = new Map(Object.entries(value).map(([key, child]) => [key, watch(child, `${path}/${key}`)] as const));
  const read = new Set<string>();
  const proxy = new Proxy(value, {
    get(target, key, receiver) {
      const child = children.get(String(key));
      if (child === undefined) return Reflect.get(target, key, receiver);
      read.add(String(key));
      return child.value;
    },
  });
  return {
    value: proxy,
    unread: () => [...children].flatMap(([key, child]) => (read.has(key) ? child.unread() : [`${path}/${key}`])),
  };
}
