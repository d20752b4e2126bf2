import type { DebianSources } from "./debian-sources.ts";

/** A file that is put into the base image. */
export type BaseFile =
  | { readonly path: string; readonly mode: number; readonly content: string; readonly copyOf?: undefined }
  | { readonly path: string; readonly copyOf: string };

const hostCertificates = "/etc/ssl/certs/ca-certificates.crt";

/** What Debian's own slim image has beside its packages, and how this network reaches Debian's archive. */
export async function baseFiles(sources: DebianSources): Promise<BaseFile[]> {
  return [
    text("etc/apt/sources.list", `${sources.lines.join("\n")}\n`),
    text("etc/apt/apt.conf.d/80network", networkSettings(sources)),
    text("etc/apt/apt.conf.d/docker-slim", 'Acquire::Languages "none";\nAcquire::GzipIndexes "true";\n'),
    // No service starts while packages are installed: PostgreSQL's package would make and start a cluster.
    { path: "usr/sbin/policy-rc.d", mode: 0o755, content: "#!/bin/sh\nexit 101\n" },
    text("etc/dpkg/dpkg.cfg.d/docker-slim", dpkgExcludes),
    // The base has no certificates, and apt needs those of this network before it can install any.
    ...(needsCertificates(sources) ? [{ path: hostCertificates.slice(1), copyOf: hostCertificates }] : []),
  ];
}

/** A proxy of apt's that the host uses counts inside too, unless it is one that only the host can reach. */
export function networkSettings(sources: DebianSources): string {
  return sources.proxy === undefined ? "" : `Acquire::http::Proxy "${sources.proxy}";\n`;
}

export function needsCertificates(sources: DebianSources): boolean {
  return [...sources.lines, sources.proxy ?? ""].some((line) => line.includes("https://"));
}

const dpkgExcludes = `path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
`;

function text(path: string, content: string): BaseFile {
  return { path, mode: 0o644, content };
}
