import { describe, expect, it } from "vitest";
import { container, files, problemsOf, statefulSet } from "../sample.ts";
import { oddConsensus } from "./odd-consensus.ts";

const cluster = (count: number) =>
  Array.from({ length: count }, (_, index) => `etcd-${index + 1}=http://etcd-${index + 1}:2380`).join(",");
const etcd = (count: number, name = "etcd-1") =>
  container({ envs: [`ETCD_NAME=${name}`, `ETCD_INITIAL_CLUSTER=${cluster(count)}`] });

describe("a consensus store", () => {
  it.each([2, 4, 6])("of %i members is refused", (count) => {
    expect(problemsOf(oddConsensus, etcd(count))).toEqual([
      `etcd has ${count} members, which survive the loss of no more than ${count - 1} would. Use 1, 3, 5 or 7.`,
    ]);
  });

  it.each([1, 3, 5])("of %i members is accepted", (count) => {
    expect(problemsOf(oddConsensus, etcd(count))).toEqual([]);
  });

  it("is told of once, by its first member", () => {
    expect(problemsOf(oddConsensus, etcd(4, "etcd-1"), etcd(4, "etcd-2"), etcd(4, "etcd-3"))).toHaveLength(1);
  });

  it("is found in a command and in a pod", () => {
    const command = container({ command: ["etcd", "--name=etcd-1", `--initial-cluster=${cluster(2)}`] });
    const words = container({ command: ["etcd", "--name", "etcd-1", "--initial-cluster", cluster(2)] });
    const pod = statefulSet({
      containers: [{ name: "etcd", env: [{ name: "ETCD_INITIAL_CLUSTER", value: cluster(2) }] }],
    });
    expect(problemsOf(oddConsensus, command, words, pod)).toHaveLength(3);
  });

  it("is Raft where Patroni keeps its own", () => {
    const members = (count: number) =>
      files({ "/etc/patroni/patroni.yml": `raft:\n  partner_addrs: [${Array(count).fill("a:2222").join(", ")}]\n` });
    expect(problemsOf(oddConsensus, members(2))).toEqual([expect.stringContaining("Raft has 2 members")]);
    expect(problemsOf(oddConsensus, members(3))).toEqual([]);
  });
});
