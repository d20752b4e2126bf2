import type { LabelMap } from "./labels.ts";

/** What `GET /containers/ID/json` answers, as far as it is used here. */
export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  /** The id of the image. */
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Restarting: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly Health?: {
      readonly Status: string;
      readonly Log: readonly { readonly ExitCode: number; readonly Output: string }[] | null;
    };
  };
  readonly RestartCount: number;
  readonly Config: {
    readonly Image: string;
    readonly Hostname: string;
    readonly Domainname: string;
    readonly User: string;
    readonly WorkingDir: string;
    readonly Tty: boolean;
    readonly OpenStdin: boolean;
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
    readonly Env: readonly string[] | null;
    readonly Labels: LabelMap | null;
    readonly StopSignal?: string;
    readonly StopTimeout?: number;
    readonly Healthcheck?: InspectedHealthcheck;
  };
  readonly HostConfig: InspectedHostConfig;
  readonly NetworkSettings: {
    readonly Bridge: string;
    readonly Ports: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>> | null;
    readonly Networks: Readonly<Record<string, InspectedEndpoint>> | null;
  };
}

export interface InspectedHealthcheck {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export interface InspectedHostConfig {
  readonly AutoRemove: boolean;
  readonly Binds: readonly string[] | null;
  readonly CapAdd: readonly string[] | null;
  readonly CapDrop: readonly string[] | null;
  readonly CpuShares: number;
  readonly CpusetCpus: string;
  readonly Init?: boolean | null;
  readonly IpcMode: string;
  readonly LogConfig: { readonly Type: string; readonly Config: LabelMap | null };
  readonly Memory: number;
  readonly MemoryReservation: number;
  readonly MemorySwap: number;
  readonly NanoCpus: number;
  readonly NetworkMode: string;
  readonly PortBindings: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>> | null;
  readonly Privileged: boolean;
  readonly PublishAllPorts: boolean;
  readonly ReadonlyRootfs: boolean;
  readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
  readonly Runtime: string;
  readonly SecurityOpt: readonly string[] | null;
  readonly ShmSize: number;
  readonly Sysctls?: LabelMap | null;
  readonly Tmpfs?: LabelMap | null;
  readonly Ulimits: readonly { Name: string; Soft: number; Hard: number }[] | null;
}

export interface InspectedEndpoint {
  readonly Aliases: readonly string[] | null;
  readonly IPAMConfig: { readonly IPv4Address?: string } | null;
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly IPv6Gateway: string;
  readonly MacAddress: string;
}
