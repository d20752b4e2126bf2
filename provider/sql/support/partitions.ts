import { partitionsBounds } from "./partitions-bounds.ts";
import { partitionsMaintain } from "./partitions-maintain.ts";
import { partitionsMake } from "./partitions-make.ts";
import { partitionsRegistry } from "./partitions-registry.ts";
import { partitionsRemove } from "./partitions-remove.ts";
import { partitionsRunway } from "./partitions-runway.ts";
import { partitionsVerify } from "./partitions-verify.ts";

/**
 * The maintenance of partitioned tables. pg_partman keeps their configuration and makes the children; around it stands what it leaves open: names by a
 * pattern, bounds in UTC, locks that are given back, rows that already are in DEFAULT, and a retention that mistrusts the clock.
 */
export const partitions = [
  partitionsRegistry,
  partitionsBounds,
  partitionsMake,
  partitionsRemove,
  partitionsMaintain,
  partitionsRunway,
  partitionsVerify,
].join("\n");
