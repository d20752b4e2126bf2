import { describe, expect, it } from "vitest";
import { settingsFrom } from "./settings.ts";

const user = { minioUser: "me", minioPassword: "hunter22" };

describe("settingsFrom", () => {
  it("has the real provider's defaults", () => {
    expect(settingsFrom({ minioServer: "127.0.0.1:9000", ...user }, {})).toMatchObject({
      host: "127.0.0.1",
      port: 9000,
      ssl: false,
      insecure: false,
      region: "us-east-1",
      user: "me",
      password: "hunter22",
    });
  });

  it("takes the port from the protocol, an IPv6 address, and the environment", () => {
    expect(settingsFrom({ minioServer: "s3.example.com", minioSsl: "true", ...user }, {}).port).toBe(443);
    expect(settingsFrom({ minioServer: "[::1]:9000", ...user }, {})).toMatchObject({ host: "::1", port: 9000 });
    const environment = { MINIO_ENDPOINT: "minio:9000", MINIO_USER: "me", MINIO_PASSWORD: "hunter22" };
    expect(settingsFrom({}, environment)).toMatchObject({ host: "minio", user: "me" });
  });

  it.each([
    [{ minioServer: "http://127.0.0.1:9000", ...user }, /minioServer is "http:\/\/127.0.0.1:9000"; HOST:PORT/],
    [{ ...user }, /minioServer is undefined/],
    [{ minioServer: "a:1", minioUser: "me" }, /minioPassword is missing/],
    [{ minioServer: "a:1", ...user, minioSecretKey: "x" }, /both minioPassword and minioSecretKey/],
    [{ minioServer: "a:1", ...user, minioApiVersion: "v2" }, /minioApiVersion is "v2"/],
  ])("refuses %o", (config, message) => {
    expect(() => settingsFrom(config, {})).toThrow(message);
  });
});
