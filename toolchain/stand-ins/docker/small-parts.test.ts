import { describe, expect, it } from "vitest";
import { durationText, nanoseconds } from "./durations.ts";
import { buildQuery } from "./image-build.ts";
import { repoDigest } from "./images.ts";
import { carries, isDeclared, labelList, labelMap, notOurs, taken } from "./labels.ts";
import { demultiplexed } from "./logs.ts";
import { byFolder, modeOf } from "./uploads.ts";

describe("labels", () => {
  const declared = [{ label: "stack", value: "local" }];

  it("tell ours from others'", () => {
    expect(isDeclared(declared, { stack: "local", "of-the-image": "x" })).toBe(true);
    expect(isDeclared(declared, { stack: "other" })).toBe(false);
    expect(isDeclared(declared, null)).toBe(false);
    // Nothing is known of an object that is declared without labels.
    expect(isDeclared([], { stack: "local" })).toBe(false);
    expect(isDeclared(undefined, {})).toBe(false);
    expect(carries([], { any: "thing" })).toBe(true);
    expect(carries(declared, {})).toBe(false);
  });

  it("go there and back in one order", () => {
    expect(
      labelList(
        labelMap([
          { label: "b", value: "1" },
          { label: "a", value: "2" },
        ]),
      ),
    ).toEqual([
      { label: "a", value: "2" },
      { label: "b", value: "1" },
    ]);
  });

  it("stand in the errors, with the way out", () => {
    expect(taken("volume", "v", declared, null).message).toMatch(
      /a volume "v" exists already.*carries no labels.*declares the labels stack=local.*Nothing was changed.*docker volume rm v/,
    );
    expect(notOurs("volume", "v", declared, { x: "y" }).message).toMatch(/not removed.*x=y.*stack=local.*state delete/);
  });
});

describe("durations", () => {
  it.each([
    ["5s", 5e9, "5s"],
    ["1m30s", 90e9, "1m30s"],
    ["90s", 90e9, "1m30s"],
    ["1h", 3600e9, "1h"],
    ["500ms", 5e8, "500ms"],
    ["1.5s", 1.5e9, "1500ms"],
    ["0s", 0, "0s"],
    ["0", 0, "0s"],
  ])("%s is %d ns, in one spelling %s", (text, amount, spelling) => {
    expect(nanoseconds(text)).toBe(amount);
    expect(durationText(amount)).toBe(spelling);
  });
  it.each(["", "5", "5 s", "s", "5d", "5s!"])("%j is none", (text) => expect(nanoseconds(text)).toBeUndefined());
});

describe("uploads", () => {
  const base = { name: "a", image: "i" };
  const file = { file: "/data/conf/x", content: "" };

  it("go in one archive, or below the volumes of a read-only container", () => {
    expect([...byFolder({ ...base, uploads: [file, file] }).keys()]).toEqual(["/"]);
    const volumes = [
      { volumeName: "a", containerPath: "/data" },
      { volumeName: "b", containerPath: "/data/conf" },
    ];
    expect([...byFolder({ ...base, readOnly: true, volumes, uploads: [file] }).keys()]).toEqual(["/data/conf"]);
    expect(() => byFolder({ ...base, readOnly: true, uploads: [file] })).toThrow(/readOnly.*it has none/);
  });

  it("have the modes of the real provider", () => {
    expect([modeOf({}), modeOf({ executable: true }), modeOf({ permissions: "0640" })]).toEqual([0o644, 0o744, 0o640]);
  });
});

it("logs are read from frames, a cut one included", () => {
  const frame = (stream: number, text: string) => {
    const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, text.length]);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  expect(demultiplexed(Buffer.concat([frame(1, "out\n"), frame(2, "err\n"), Buffer.from([1, 0])]))).toBe("out\nerr\n");
});

describe("images", () => {
  const image = { Id: "sha256:1", RepoTags: [], RepoDigests: ["localhost:5000/a@sha256:2"], Config: null };

  it("have the digest of the registry that their name names", () => {
    expect(repoDigest("localhost:5000/a:1", image)).toBe("localhost:5000/a@sha256:2");
    expect(repoDigest("a:1", image)).toBe("");
  });

  it("are built with every tag and argument", () => {
    const build = { context: ".", buildArgs: { A: "1" }, tags: ["b:1"], labels: { c: "2" }, noCache: true };
    expect(buildQuery("a:1", build, { dockerfile: "Dockerfile", hash: "h" })).toMatchObject({
      t: ["a:1", "b:1"],
      buildargs: '{"A":"1"}',
      labels: '{"c":"2","pulumi-stand-in.build":"h"}',
      nocache: true,
      rm: true,
    });
  });
});
