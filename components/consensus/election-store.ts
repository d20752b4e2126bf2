import type { Problem } from "../arguments.ts";

/** What is wrong with the kind `kubernetes` on a platform that has no store of its own. */
export function noElectionStore(path: string): Problem {
  return { path, message: '"kubernetes" is for members that run in a Kubernetes cluster; use "etcd" here' };
}
