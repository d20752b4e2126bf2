import type { MachineRole } from "./args.ts";

const networks = ["192.0.2.", "198.51.100.", "203.0.113."];

/** Whether an address is one that documents use and no machine has. https://www.rfc-editor.org/rfc/rfc5737 */
export function isDocumentation(address: string): boolean {
  return networks.some((network) => address.startsWith(network));
}

/** Machines that do not exist, for previews and for the documentation: three for the data and its consensus, two in front. */
export function documentationMachines(): { name: string; address: string; roles: MachineRole[] }[] {
  const database: MachineRole[] = ["database", "consensus"];
  return [
    { name: "db-1", address: "192.0.2.120", roles: database },
    { name: "db-2", address: "192.0.2.121", roles: database },
    { name: "db-3", address: "192.0.2.122", roles: database },
    { name: "haproxy-1", address: "192.0.2.11", roles: ["balancer"] },
    { name: "haproxy-2", address: "192.0.2.12", roles: ["balancer", "bucket"] },
  ];
}
