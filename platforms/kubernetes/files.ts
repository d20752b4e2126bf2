import { posix } from "node:path";
import type { ConfigMapArgs } from "@pulumi/kubernetes/core/v1/configMap.js";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret.js";
import type { core } from "@pulumi/kubernetes/types/input.js";
import type { Service, ServiceFile } from "../service.ts";
import { metadataOf } from "./names.ts";

/** A folder of an instance that is mounted as a whole: the kubelet brings a change into running pods, which it does not for a single file. */
export interface MountedFolder {
  readonly path: string;
  readonly volume: core.v1.Volume;
}

const configMapName = (service: string) => `${service}-files`;
const secretName = (service: string) => `${service}-secret-files`;

/** A key of a ConfigMap may hold no slash. */
const keyOf = ({ path }: ServiceFile) => path.slice(1).replaceAll("/", ".");

const contents = (files: readonly ServiceFile[]) =>
  Object.fromEntries(files.map((file) => [keyOf(file), file.content] as const));

const plainFiles = ({ files }: Service) => files.filter(({ secret }) => !secret);
const secretFiles = ({ files }: Service) => files.filter(({ secret }) => secret);

/** The files of a service that anyone may read; none where it has no such file. */
export function configMap(service: Service, namespace: string): ConfigMapArgs | undefined {
  const files = plainFiles(service);
  if (files.length === 0) return undefined;
  return { metadata: metadataOf(configMapName(service.name), service.name, namespace), data: contents(files) };
}

/** The files of a service that only its own pods may read; none where it has no such file. */
export function secret(service: Service, namespace: string): SecretArgs | undefined {
  const files = secretFiles(service);
  if (files.length === 0) return undefined;
  return {
    metadata: metadataOf(secretName(service.name), service.name, namespace),
    type: "Opaque",
    stringData: contents(files),
  };
}

/** Every folder that holds a file of the service, with its plain and its secret files side by side. */
export function mountedFolders(service: Service): MountedFolder[] {
  const folders = [...new Set(service.files.map(({ path }) => posix.dirname(path)))];
  return folders.map((path, index) => {
    const sources = [
      ...source("configMap", configMapName(service.name), inFolder(plainFiles(service), path)),
      ...source("secret", secretName(service.name), inFolder(secretFiles(service), path)),
    ];
    return { path, volume: { name: `files-${index + 1}`, projected: { sources } } };
  });
}

function inFolder(files: readonly ServiceFile[], folder: string): readonly ServiceFile[] {
  return files.filter(({ path }) => posix.dirname(path) === folder);
}

function source(kind: "configMap" | "secret", name: string, files: readonly ServiceFile[]): core.v1.VolumeProjection[] {
  if (files.length === 0) return [];
  const items = files.map((file) => ({ key: keyOf(file), path: posix.basename(file.path), mode: modeOf(file) }));
  return [{ [kind]: { name, items } }];
}

/** Files belong to root and to the pod's `fsGroup`: the program reads them and cannot change them. */
function modeOf({ secret, executable }: ServiceFile): number {
  if (secret) return 0o440;
  return executable ? 0o555 : 0o444;
}
