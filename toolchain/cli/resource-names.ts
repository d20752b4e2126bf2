/** The logical name at the end of a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** `docker:index/container:Container` as people say it: `docker:Container`; a module other than `index` stays. */
export function shortType(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const space = module.split("/")[0];
  return space === "index" || space === "" ? `${pkg}:${name}` : `${pkg}:${space}:${name}`;
}
