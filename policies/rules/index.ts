import type { Rule } from "../rule.ts";
import { backupsDeclared } from "./backups-declared.ts";
import { closedPorts } from "./closed-ports.ts";
import { limitsSet } from "./limits-set.ts";
import { noPlainSecrets } from "./no-plain-secrets.ts";
import { noRoot } from "./no-root.ts";
import { noTrust } from "./no-trust.ts";
import { oddConsensus } from "./odd-consensus.ts";
import { pinnedImages } from "./pinned-images.ts";
import { protectedData } from "./protected-data.ts";
import { validTimings } from "./valid-timings.ts";

export const rules: readonly Rule[] = [
  closedPorts,
  protectedData,
  noPlainSecrets,
  noTrust,
  backupsDeclared,
  oddConsensus,
  validTimings,
  pinnedImages,
  limitsSet,
  noRoot,
];
