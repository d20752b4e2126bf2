import { HaPostgres } from "../components/index.ts";
import { MachinesPlatform } from "../platforms/machines/index.ts";
import type { VmsSettings } from "./schema.ts";

/** The whole system on machines that are there already. */
export function vms({ environment: _, vms, ...settings }: VmsSettings): HaPostgres {
  return new HaPostgres(vms.name, { platform: new MachinesPlatform(vms.name, vms), ...settings });
}
