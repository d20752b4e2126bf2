export type { MachinesPlatformArgs } from "./args.ts";
export { MachinesPlatform, type MachinesPlatformOptions } from "./machines-platform.ts";
