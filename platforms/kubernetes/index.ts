export type { KubernetesPlatformArgs } from "./args.ts";
export { KubernetesPlatform } from "./kubernetes-platform.ts";
