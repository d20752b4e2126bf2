import { z } from "zod";
import { documentationMachines } from "./documentation-machines.ts";

/** What a machine is for. */
export const machineRoles = ["database", "consensus", "balancer", "bucket"] as const;
export type MachineRole = (typeof machineRoles)[number];

const hostName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
    "an IPv4 address or a host name",
  )
  .refine((host) => !/^[\d.]+$/.test(host) || z.ipv4().safeParse(host).success, "an IPv4 address or a host name");

/** An address that one machine has and another can reach. */
const ownAddress = z
  .ipv4("an IPv4 address; Docker publishes on it, which it cannot do on a name")
  .refine((address) => address !== "0.0.0.0" && !address.startsWith("127."), {
    error: ({ input }) =>
      `${input} is no address that names one machine to the others; give the one that it has in their network`,
  });

const login = {
  user: z.string().min(1).describe("Who may use Docker there: root, or a member of the group docker."),
  port: z.int().min(1).max(65535).describe("The port of sshd."),
  keyFile: z.string().min(1).optional().describe("The private key's file; default: what ssh itself would take."),
  knownHostsFile: z
    .string()
    .min(1)
    .optional()
    .describe("The file with the host keys to trust; default: ~/.ssh/known_hosts. A key that is not in it is refused."),
};

const machine = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a host name of lower-case letters, digits and hyphens, at most 63")
    .describe("What the machine is called in previews and errors."),
  address: ownAddress.describe(
    "The private address under which the other machines reach it; services are published there.",
  ),
  roles: z
    .array(z.enum(machineRoles))
    .min(1)
    .describe(
      "What it is for: database (PostgreSQL), consensus (etcd), balancer (HAProxy and PgBouncer), bucket (MinIO). " +
        "Instance 1 of a service runs on the first machine with its role, instance 2 on the second, and so on.",
    ),
  exposeOn: ownAddress
    .optional()
    .describe(
      "A further address of the machine on which clients' ports are published; default: its private address only.",
    ),
  ssh: z
    .strictObject({ ...login, host: hostName.describe("The name or address for ssh.") })
    .partial()
    .prefault({})
    .describe("How this machine is reached, where that differs from the others; host is its address by default."),
});

export type Machine = z.output<typeof machine>;

/** Machines with Docker, reached over SSH. */
export const machinesPlatformArgs = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "a name of lower-case letters, digits and hyphens, at most 40")
    .describe("Prefix of every container, volume and network."),
  machines: z
    .array(machine)
    .min(1)
    .prefault(() => documentationMachines())
    .describe(
      "The machines. Left out, a preview shows machines of the documentation: three for database and consensus, two balancers.",
    ),
  ssh: z
    .strictObject({ ...login, user: login.user.default("root"), port: login.port.default(22) })
    .prefault({})
    .describe("How the machines are reached."),
  virtualAddress: ownAddress
    .optional()
    .describe(
      "An address that moves between the balancers (keepalived, a cloud's load balancer): clients get it instead of the first balancer's own. Every balancer publishes on it, and must be allowed to bind it while another has it (net.ipv4.ip_nonlocal_bind).",
    ),
});

export type MachinesPlatformArgs = z.input<typeof machinesPlatformArgs>;
export type MachinesPlatformSettings = z.output<typeof machinesPlatformArgs>;
