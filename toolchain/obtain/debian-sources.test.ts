import { describe, expect, it } from "vitest";
import { needsCertificates, networkSettings } from "./base-files.ts";
import { debianSources } from "./debian-sources.ts";

const debian = "deb http://mirror/debian bookworm main";

describe("debianSources", () => {
  it.each([
    ["an archive without its security updates", debian, "http://mirror/debian", "http://mirror/debian-security"],
    [
      "a mirror on one line",
      "deb [signed-by=/k.gpg] https://mirror/debian bookworm main\ndeb https://mirror/debian-security bookworm main",
      "https://mirror/debian",
      "https://mirror/debian-security",
    ],
    [
      "a mirror in fields",
      "Types: deb\nURIs: http://mirror/debian/\nSuites: bookworm\n\nTypes: deb\nURIs: http://mirror/debian-security\n",
      "http://mirror/debian/",
      "http://mirror/debian-security",
    ],
  ])("takes trixie from where the host takes its release: %s", (_, text, archive, security) => {
    const sources = debianSources({ sources: [text], proxy: undefined });
    expect(sources.archive).toBe(archive);
    expect(sources.lines).toEqual([
      `deb ${archive} trixie main`,
      `deb ${archive} trixie-updates main`,
      `deb ${security} trixie-security main`,
    ]);
  });

  it.each([
    ["nothing", ""],
    ["another distribution's", "deb http://mirror/ubuntu noble main"],
    ["what is commented out", `# ${debian}`],
  ])("says what to do where apt knows only %s", (_, text) => {
    expect(() => debianSources({ sources: [text], proxy: undefined })).toThrow("POSTGRES_HA_BASE_IMAGE");
  });

  it.each([
    [undefined, ""],
    ["http://proxy:3142", 'Acquire::http::Proxy "http://proxy:3142";\n'],
    ["http://127.0.0.1:3142", ""],
    ["http://ann@localhost:3142", ""],
  ])("hands a proxy on where containers reach it: %s", (proxy, expected) => {
    expect(networkSettings(debianSources({ sources: [debian], proxy }))).toBe(expected);
  });

  it.each([
    ["deb https://mirror/debian trixie main", true],
    ["deb http://mirror/debian trixie main", false],
  ])("needs the host's certificates for %s: %s", (text, expected) => {
    expect(needsCertificates(debianSources({ sources: [text], proxy: undefined }))).toBe(expected);
  });
});
