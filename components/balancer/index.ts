export type { BalancerArgs } from "./args.ts";
export { Balancer, type BalancerOptions, balancerService } from "./balancer.ts";
