import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pulumiVersion } from "../pulumi-version.ts";
import { buildArguments } from "./go-program.ts";
import { minioGoProgram, minioVersion } from "./minio-program.ts";
import { pulumiGoProgram } from "./pulumi-program.ts";

it("builds a stripped program that knows its version", () => {
  const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`;
  expect(buildArguments(pulumiGoProgram, "/out")).toEqual([
    ...["build", "-trimpath", "-ldflags", flags, "-o", "/out", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
  ]);
});

it.each([
  [pulumiGoProgram.name, `github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion}`],
  [minioGoProgram.name, `github.com/minio/minio v0.0.0-${minioVersion}`],
])("pins the sources of %s", async (name, requirement) => {
  const read = (file: string) => readFile(join(import.meta.dirname, "go", name, file), "utf8");
  expect(await read("go.mod")).toContain(requirement);
  expect(await read("go.sum")).toContain(`${requirement} h1:`);
});
