import type { Problem, Rule } from "../arguments.ts";
import { openFiles } from "../open-files.ts";
import { sizeText } from "../units.ts";
import type { BalancerSettings } from "./args.ts";

/** Files that an HAProxy has open beside its connections: listeners, checks, its admin socket. */
const otherFiles = 256;

/** MiB of an HAProxy without connections. */
const idleMemory = 48;
/** MiB of a connection: two buffers of 16 KiB and what belongs to them, and the kernel's for two sockets. */
const memoryOfEach = 0.05;

/** Connections that one HAProxy may have at most; each has two sockets: the client's and the server's. */
export const mostConnections = Math.floor((openFiles - otherFiles) / 2);

/** What no single field of a balancer shows. */
export const balancerRules: readonly Rule<BalancerSettings>[] = [filesRule, memoryRule];

function filesRule({ maxConnections }: BalancerSettings): Problem[] {
  if (maxConnections <= mostConnections) return [];
  const message = `${maxConnections} connections need ${2 * maxConnections + otherFiles} files, more than the ${openFiles} that an HAProxy may open; at most ${mostConnections}, and more instances`;
  return [{ path: "maxConnections", message }];
}

function memoryRule({ memory, maxConnections }: BalancerSettings): Problem[] {
  const wanted = Math.ceil(idleMemory + memoryOfEach * maxConnections);
  if (wanted <= memory) return [];
  const message = `${sizeText(memory)} is less than the ${wanted}MiB that ${maxConnections} connections may take; raise it to ${sizeText(Math.ceil(wanted / 64) * 64)}, or lower maxConnections`;
  return [{ path: "memory", message }];
}
