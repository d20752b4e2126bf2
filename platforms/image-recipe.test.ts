import { describe, expect, it } from "vitest";
import { contentTag } from "./image-recipe.ts";

describe("the tag of an image", () => {
  const files = new Map([
    ["Dockerfile", "FROM x"],
    ["healthy", "#!/bin/sh"],
  ]);
  const tag = contentTag(files, { BASE_IMAGE: "debian", PG_MAJOR: "17" });

  it("is the same for the same content, in whatever order", () => {
    const reversed = new Map([...files].reverse());
    expect(contentTag(reversed, { PG_MAJOR: "17", BASE_IMAGE: "debian" })).toBe(tag);
    expect(tag).toMatch(/^[0-9a-f]{12}$/);
  });

  it.each<[string, Map<string, string>, Record<string, string>]>([
    ["a file's content", new Map([...files, ["healthy", "#!/bin/bash"]]), { BASE_IMAGE: "debian", PG_MAJOR: "17" }],
    ["a file more", new Map([...files, ["more", ""]]), { BASE_IMAGE: "debian", PG_MAJOR: "17" }],
    ["a build argument", files, { BASE_IMAGE: "debian", PG_MAJOR: "18" }],
    ["a build argument less", files, { BASE_IMAGE: "debian" }],
  ])("changes with %s", (_, changed, buildArgs) => {
    expect(contentTag(changed, buildArgs)).not.toBe(tag);
  });
});
