import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";

/** A resource as the program hands it to the engine. */
export interface Declared {
  readonly urn: string;
  /** Without package and module, e.g. `Container`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  /** What the engine creates before it: its parent, its provider, and all that it or one of its properties depends on. */
  readonly needs: readonly string[];
  /** What stands for its own deletion when that is deleted. */
  readonly deletedWith: string;
  /** Inputs whose change is no change. */
  readonly ignored: readonly string[];
}

/** A generated password begins with this, so that a test can look for one. */
export const passwordPrefix = "generated-";

type Answered = (error: Error | null, response: { getUrn(): string }) => void;

/** Everything that a program declares, in a preview or in an update, without an engine. */
export async function declaredBy(
  program: () => unknown,
  { preview }: { readonly preview: boolean },
): Promise<readonly Declared[]> {
  const inputs = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: given, id }) => {
        inputs.set(`${type} ${name}`, opened(given) as Record<string, unknown>);
        return { id: id ?? `${name}-id`, state: { ...given, ...computed(type, name) } };
      },
      call: () => ({}),
    },
    "pulumi-postgres-ha",
    "test",
    preview,
  );
  const requests = recordRequests();
  await program();
  await pulumi.runtime.disconnect();
  return requests.map(({ request, urn }) => ({
    urn,
    type: request.getType().split(":").at(-1) ?? "",
    name: request.getName(),
    inputs: inputs.get(`${request.getType()} ${request.getName()}`) ?? {},
    protect: request.getProtect() ?? false,
    needs: needsOf(request),
    deletedWith: request.getDeletedwith(),
    ignored: request.getIgnorechangesList(),
  }));
}

/** Without the marks that a secret input bears. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  if (pulumi.runtime.specialSigKey in value) return opened(Reflect.get(value, "value"));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

/** What a provider makes up itself. */
function computed(type: string, name: string): Record<string, unknown> {
  if (type.endsWith(":RandomPassword")) return { result: `${passwordPrefix}${name}` };
  if (type.endsWith(":RemoteImage")) return { imageId: `sha256:${name}` };
  return {};
}

/** Mocks are shown a resource's inputs, not its options: these are read from what goes to the engine. */
function recordRequests(): { request: RegisterResourceRequest; urn: string }[] {
  const recorded: { request: RegisterResourceRequest; urn: string }[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: RegisterResourceRequest, answered: Answered): void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answered) =>
    register(request, (error, response) => {
      if (error === null) recorded.push({ request, urn: response.getUrn() });
      answered(error, response);
    });
  return recorded;
}

function needsOf(request: RegisterResourceRequest): string[] {
  const needs = [request.getParent(), ...request.getDependenciesList()];
  request.getPropertydependenciesMap().forEach((dependencies: { getUrnsList(): string[] }) => {
    needs.push(...dependencies.getUrnsList());
  });
  // A reference to a provider is its URN, `::` and its id.
  const provider = request.getProvider();
  if (provider !== "") needs.push(provider.slice(0, provider.lastIndexOf("::")));
  return [...new Set(needs)].filter((urn) => urn !== "");
}

/** What the engine creates before a resource, in any number of steps. */
export function transitiveNeeds(resource: Declared, all: readonly Declared[]): Declared[] {
  const found = new Set<string>();
  const visit = (urn: string): void => {
    if (found.has(urn)) return;
    found.add(urn);
    for (const need of all.find((other) => other.urn === urn)?.needs ?? []) visit(need);
  };
  for (const need of resource.needs) visit(need);
  return all.filter(({ urn }) => found.has(urn));
}
