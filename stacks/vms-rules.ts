import type { Problem, Rule } from "../components/arguments.ts";
import type { HaPostgresSettings } from "../components/ha-postgres/args.ts";
import { plannedServices } from "../components/ha-postgres/planned-services.ts";
import type { MachinesPlatformSettings } from "../platforms/machines/args.ts";
import { machineProblems, placementProblems } from "../platforms/machines/placement.ts";

type Settings = HaPostgresSettings & { readonly vms: Pick<MachinesPlatformSettings, "machines"> };

/** What a system on machines must fit. */
export const vmsRules: readonly Rule<Settings>[] = [
  ({ vms }): Problem[] => machineProblems(vms).map(({ path, message }) => ({ path: `vms.${path}`, message })),
  (settings) => placementProblems(settings.vms.machines, plannedServices(settings)),
];
