import { type Container, containersOf } from "../graph/containers.ts";
import { isType, type Resource } from "../graph/resource.ts";
import { record, text } from "../graph/values.ts";
import type { ResourceRule } from "../rule.ts";

const secretName = /(passw(or)?d|passphrase|secret|credential|private_?key|access_?key|api_?key|auth_?token)/i;
/** Names that say where a secret is, or how one is treated, and hold none. */
const harmless = /(_FILE|_PATH|_DIR|_NAME|_ID|_METHOD|_ENCRYPTION|_VERSION|_HASH_ALGORITHM)$/i;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** `scheme://user:password@host`; what a shell or Kubernetes fills in is no password yet. */
const credentialsInUrl = /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:(?!\$)[^\s@/]+@/i;
/** `password: word` of YAML and `password = word` of INI; likewise. */
const assigned =
  /^[ \t]*["']?[a-z_.-]*(passw(or)?d|secret_?key|passphrase)["']?[ \t]*[:=][ \t]*["']?(?![$"'{\s#])\S+/im;

/** What in a text is a secret, in words that do not repeat it. */
function secretsIn(content: string): string[] {
  return [
    ...(privateKey.test(content) ? ["a private key"] : []),
    ...(credentialsInUrl.test(content) ? ["a URL with a password"] : []),
  ];
}

export const noPlainSecrets: ResourceRule = {
  name: "no-plain-secrets",
  description: "Passwords and keys stand where only their user can read them.",
  enforcement: "mandatory",
  problems: (resource) => [...containersOf(resource).flatMap(inContainer), ...inConfigMap(resource)],
};

function inContainer({ where, variables, command, labels }: Container): string[] {
  const inside = where === "" ? "" : ` of ${where}`;
  const advice =
    "Anyone who may inspect it can read that. Put it into a file that only its user can read, and name the file.";
  const named = (kind: string, entries: readonly (readonly [string, unknown])[]) =>
    entries.flatMap(([name, value]) => {
      const word = typeof value === "string" ? value : "";
      if (word === "") return [];
      const held = secretName.test(name) && !harmless.test(name) ? ["a password or key"] : secretsIn(word);
      return held.map((what) => `${kind} ${name}${inside} holds ${what}; none is allowed there. ${advice}`);
    });
  return [
    ...named("variable", variables),
    ...named("label", Object.entries(labels)),
    ...inCommand(command).map((what) => `the command${inside} holds ${what}; none is allowed there. ${advice}`),
  ];
}

function inCommand(command: readonly string[]): string[] {
  const options = command.flatMap((word, index) => {
    const [, name = "", given] = /^--?([A-Za-z][\w-]*)(?:=(.+))?$/.exec(word) ?? [];
    const value = given ?? command[index + 1] ?? "";
    const isSecret = secretName.test(name) && !/(-|_)(file|path)$/i.test(name);
    return isSecret && value !== "" && !value.startsWith("-") && !value.startsWith("$")
      ? [`the value of --${name}`]
      : [];
  });
  return [...new Set([...options, ...command.flatMap(secretsIn)])];
}

function inConfigMap(resource: Resource): string[] {
  if (!isType(resource, "kubernetes:core:ConfigMap")) return [];
  return Object.entries(record(resource.props.data)).flatMap(([key, value]) => {
    const content = text(value) ?? "";
    const held = [...secretsIn(content), ...(assigned.test(content) ? ["a password"] : [])];
    return held.map((what) => `${key} holds ${what}; a ConfigMap may hold none. Put it into a Secret.`);
  });
}
