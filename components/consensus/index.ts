export type { ConsensusArgs } from "./args.ts";
export { Consensus, type ConsensusOptions, type ConsensusStore } from "./consensus.ts";
