import { describe, expect, it } from "vitest";
import { maskPassword, outputsForJson, renderEndpoints, type StackOutputs } from "./endpoints.ts";

const outputs: StackOutputs = {
  values: {
    credentials: { app: "hunter2" },
    members: [
      { name: "db-1", host: "10.0.0.2", port: 5432 },
      { name: "db-2", host: "10.0.0.3" },
    ],
    s3Endpoint: "http://127.0.0.1:9000",
    writeUrl: "postgresql://app:hunter2@127.0.0.1:6432/app",
    token: "hunter2",
  },
  secrets: new Set(["credentials", "writeUrl", "token"]),
};

it.each([
  ["postgresql://app:p%40ss@host:6432/db?sslmode=require", "postgresql://app:****@host:6432/db?sslmode=require"],
  ["postgresql://app:p@ss@host/db", "postgresql://app:****@host/db"],
  ["postgresql://app:@host/db", "postgresql://app:****@host/db"],
  ["postgresql://app@host/db", "postgresql://app@host/db"],
  ["http://127.0.0.1:9000", "http://127.0.0.1:9000"],
  ["a postgresql://u:p@h/d and s3://k:s@h", "a postgresql://u:****@h/d and s3://k:****@h"],
])("masks %s", (text, masked) => {
  expect(maskPassword(text)).toBe(masked);
});

describe("the table", () => {
  it("masks passwords, hides other secrets and says how to get them", () => {
    const text = renderEndpoints(outputs, false, { stack: "local" });
    expect(text).not.toContain("hunter2");
    expect(text).toBe(
      [
        "  writeUrl    postgresql://app:****@127.0.0.1:6432/app  write, through the pool",
        "  s3Endpoint  http://127.0.0.1:9000                     S3",
        "  members     db-1 10.0.0.2:5432",
        "              db-2 10.0.0.3",
        "  token       [secret]",
        "",
        "  With passwords: npm run outputs -- --show-secrets",
      ].join("\n"),
    );
  });

  it("shows them on request", () => {
    const text = renderEndpoints(outputs, true, { stack: "local" });
    expect(text).toContain("postgresql://app:hunter2@127.0.0.1:6432/app");
    expect(text).toContain("credentials.app  hunter2");
    expect(text).not.toContain("With passwords");
  });

  it("knows members that are names, and logins of two parts", () => {
    const values = { members: ["db-1", "db-2"], credentials: { app: { user: "app", password: "x" } } };
    expect(renderEndpoints({ values, secrets: new Set() }, true, { stack: "local" })).toBe(
      "  members          db-1\n                   db-2\n  credentials.app  user app, password x",
    );
  });

  it("names another stack in the command", () => {
    expect(renderEndpoints(outputs, false, { stack: "blue" })).toContain(
      "npm run outputs -- --stack blue --show-secrets",
    );
  });

  it("is empty for a stack without outputs", () => {
    expect(renderEndpoints({ values: {}, secrets: new Set() }, false, { stack: "local" })).toBe("");
  });
});

it("gives a program secrets only on request", () => {
  expect(outputsForJson(outputs, false)).toMatchObject({ writeUrl: "[secret]", s3Endpoint: "http://127.0.0.1:9000" });
  expect(outputsForJson(outputs, true)).toMatchObject({ writeUrl: "postgresql://app:hunter2@127.0.0.1:6432/app" });
});
