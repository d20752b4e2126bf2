import { describe, expect, it } from "vitest";
import { bareService, fullService } from "../../test/support/kubernetes-service.ts";
import { configMap, mountedFolders, secret } from "./files.ts";

describe("the files of a service", () => {
  it("are a ConfigMap and a Secret, under names that their content does not change", () => {
    expect(configMap(fullService, "ns")).toMatchObject({
      metadata: { name: "store-files", namespace: "ns" },
      data: { "etc.store.plain.yml": "plain", "etc.store.script": "#!/bin/sh", "etc.other.plain": "other" },
    });
    expect(secret(fullService, "ns")).toMatchObject({
      metadata: { name: "store-secret-files" },
      stringData: { "etc.store.word": "open" },
    });
    const changed = { ...fullService, files: fullService.files.map((file) => ({ ...file, content: "new" })) };
    expect(configMap(changed, "ns")?.metadata).toEqual(configMap(fullService, "ns")?.metadata);
    expect(mountedFolders(changed)).toEqual(mountedFolders(fullService));
  });

  it("are folders as a whole, each file with its mode", () => {
    expect(mountedFolders(fullService)).toEqual([
      {
        path: "/etc/store",
        volume: {
          name: "files-1",
          projected: {
            sources: [
              {
                configMap: {
                  name: "store-files",
                  items: [
                    { key: "etc.store.plain.yml", path: "plain.yml", mode: 0o444 },
                    { key: "etc.store.script", path: "script", mode: 0o555 },
                  ],
                },
              },
              {
                secret: { name: "store-secret-files", items: [{ key: "etc.store.word", path: "word", mode: 0o440 }] },
              },
            ],
          },
        },
      },
      {
        path: "/etc/other",
        volume: {
          name: "files-2",
          projected: {
            sources: [
              { configMap: { name: "store-files", items: [{ key: "etc.other.plain", path: "plain", mode: 0o444 }] } },
            ],
          },
        },
      },
    ]);
  });

  it("are nothing where there are none", () => {
    expect(configMap(bareService, "ns")).toBeUndefined();
    expect(secret(bareService, "ns")).toBeUndefined();
    expect(mountedFolders(bareService)).toEqual([]);
  });
});
