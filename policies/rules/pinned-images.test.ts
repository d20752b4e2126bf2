import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../graph/values.ts";
import { container, problemsOf, sample, statefulSet } from "../sample.ts";
import { pinnedImages } from "./pinned-images.ts";

const digest = `sha256:${"0a".repeat(32)}`;

describe("an image", () => {
  it.each([
    ["postgres", "without a tag means latest"],
    ["postgres:latest", "is named by the tag latest, which can move"],
    ["registry.example.com:5000/team/postgres:17", "the tag 17"],
    ["registry.example.com:5000/team/postgres", "without a tag"],
  ])("%s is refused", (image, said) => {
    expect(problemsOf(pinnedImages, container({ image }))).toEqual([expect.stringContaining(said)]);
  });

  it.each<[string, Value]>([
    ["a digest", `postgres:17@${digest}`],
    ["an id", digest],
    ["a tag that is a hash of its content", "registry.example.com/pulumi-postgres-ha/postgres:0123456789ab"],
    ["what a build will tell", unknown],
  ])("named by %s is accepted", (_, image) => {
    expect(problemsOf(pinnedImages, container({ image }))).toEqual([]);
  });

  it("is looked at in pods, with their first containers, and where it is pulled", () => {
    const pod = statefulSet({
      initContainers: [{ name: "prepare", image: "busybox" }],
      containers: [{ name: "main", image: digest }],
    });
    expect(problemsOf(pinnedImages, pod)).toEqual([expect.stringContaining("image busybox of container prepare")]);
    const pulled = (props: Record<string, string | object>) =>
      sample("docker:index/remoteImage:RemoteImage", props as never);
    expect(problemsOf(pinnedImages, pulled({ name: "postgres:17" }))).toHaveLength(1);
    expect(problemsOf(pinnedImages, pulled({ name: "own:1", build: { context: "images/own" } }))).toEqual([]);
  });
});
