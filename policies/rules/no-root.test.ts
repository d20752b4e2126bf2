import { describe, expect, it } from "vitest";
import { unknown } from "../graph/values.ts";
import { container, problemsOf, statefulSet } from "../sample.ts";
import { noRoot } from "./no-root.ts";

const pod = (security: Record<string, unknown>, own: Record<string, unknown> = {}) =>
  statefulSet({
    securityContext: security as never,
    containers: [{ name: "postgres", securityContext: own as never }],
  });

describe("a container", () => {
  it.each([
    ["without a user", container({}), "no user is set"],
    ["as root", container({ user: "root" }), "user root"],
    ["as user 0", container({ user: "0:999" }), "user 0:999"],
    ["with every privilege", container({ user: "999", privileged: true }), "privileged true"],
    ["of a pod that says nothing", pod({}), "container postgres: neither runAsUser nor runAsNonRoot is set"],
    ["of a pod as user 0", pod({ runAsUser: 0 }), "runAsUser 0"],
    ["that overrides its pod", pod({ runAsUser: 999 }, { runAsUser: 0 }), "runAsUser 0"],
    ["of a pod with every privilege", pod({ runAsUser: 999 }, { privileged: true }), "privileged true"],
  ])("%s is refused", (_, resource, said) => {
    expect(problemsOf(noRoot, resource)).toEqual([expect.stringContaining(said)]);
  });

  it.each([
    ["with a user", container({ user: "999" })],
    ["with a user that is not known yet", container({ user: unknown })],
    ["of a pod with a user", pod({ runAsUser: 999 })],
    ["of a pod that allows no root", pod({ runAsNonRoot: true })],
    ["with a user of its own", pod({ runAsUser: 0 }, { runAsUser: 999 })],
  ])("%s is accepted", (_, resource) => {
    expect(problemsOf(noRoot, resource)).toEqual([]);
  });
});
