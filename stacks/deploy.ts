import type { HaPostgres } from "../components/index.ts";
import type { StackSettings } from "./schema.ts";

/** The system in its environment. Only that environment's code is loaded: the SDK of Kubernetes alone takes a second. */
export async function deploy(settings: StackSettings): Promise<HaPostgres> {
  switch (settings.environment) {
    case "local":
      return (await import("./local.ts")).local(settings);
    case "kubernetes":
      return (await import("./kubernetes.ts")).kubernetes(settings);
    case "vms":
      return (await import("./vms.ts")).vms(settings);
    case "aws":
      return (await import("./aws.ts")).aws(settings);
  }
}
