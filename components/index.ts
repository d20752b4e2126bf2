import "./unread-traces.ts";

export { InvalidArguments, type Problem } from "./arguments.ts";
export * from "./balancer/index.ts";
export * from "./bucket/index.ts";
export * from "./cluster/index.ts";
export * from "./consensus/index.ts";
export * from "./databases/index.ts";
export * from "./ha-postgres/index.ts";
export * from "./jobs/index.ts";
export * from "./migrations/index.ts";
export * from "./partitions/index.ts";
export * from "./pools/index.ts";
export * from "./views/index.ts";
