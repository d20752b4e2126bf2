import type { Problem } from "../../components/arguments.ts";

/** Bytes below which a start is refused: three fresh servers with their write-ahead logs, and some room. */
export const leastFreeSpace = 2 * 1024 ** 3;

/** What is wrong with the room in the engine's folder. */
export function spaceProblems(folder: string, freeBytes: number): Problem[] {
  if (freeBytes >= leastFreeSpace) return [];
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MiB`;
  return [
    {
      path: "disk",
      message: `${mib(freeBytes)} are free in ${folder}, at least ${mib(leastFreeSpace)} are needed; free some (docker system df shows what Docker holds)`,
    },
  ];
}

/** A port at which a client shall find an instance. */
export interface PublishedPort {
  /** The argument that sets it. */
  readonly path: readonly string[];
  readonly address: string;
  readonly port: number;
}

/** What the engine says of a container, as far as it matters here. */
export interface Publisher {
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly Ports: readonly { readonly PublicPort?: number; readonly IP?: string }[];
}

/** The container that holds a port. */
export function publisherOf<Container extends Publisher>(
  containers: readonly Container[],
  { address, port }: Pick<PublishedPort, "address" | "port">,
): Container | undefined {
  return containers.find(({ Ports }) =>
    Ports.some(({ PublicPort, IP = "" }) => PublicPort === port && [address, "0.0.0.0", "::"].includes(IP)),
  );
}

/** What is wrong with a port that cannot be had; `code` is how the attempt failed, `holder` whoever has it. */
export function portProblem({ path, address, port }: PublishedPort, code: string, holder: string | undefined): Problem {
  return { path: path.join("."), message: explain(code, address, port, holder) };
}

function explain(code: string, address: string, port: number, holder: string | undefined): string {
  if (code === "EADDRINUSE") {
    const who = holder ?? "another program";
    return `port ${port} on ${address} is in use by ${who}; stop that, or choose another port, or set docker.portOffset`;
  }
  if (code === "EADDRNOTAVAIL") {
    return `${address} is no address of this machine; set docker.addresses to those that it has, e.g. ["127.0.0.1"]`;
  }
  if (code === "EACCES") {
    return `port ${port} on ${address} needs privileges; choose one above 1023 or set docker.portOffset`;
  }
  return `port ${port} on ${address} cannot be had (${code})`;
}
