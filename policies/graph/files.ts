import { isType, type Resource } from "./resource.ts";
import { at, list, record, text } from "./values.ts";

/** A configuration file that a resource puts somewhere, as far as its content is known. */
export interface File {
  readonly path: string;
  readonly content: string;
}

/** The files of a container, of our own provider, or of a ConfigMap. */
export function filesOf(resource: Resource): File[] {
  const { props } = resource;
  if (isType(resource, "docker:index:Container")) {
    return list(props.uploads).flatMap((entry) => file(text(at(entry, "file")), text(at(entry, "content"))));
  }
  if (isType(resource, "postgres-ha:index:InstanceFiles")) {
    return Object.entries(record(props.files)).flatMap(([path, entry]) => file(path, text(at(entry, "content"))));
  }
  if (isType(resource, "kubernetes:core:ConfigMap")) {
    return Object.entries(record(props.data)).flatMap(([path, content]) => file(path, text(content)));
  }
  return [];
}

const file = (path: string | undefined, content: string | undefined): File[] =>
  path === undefined || content === undefined ? [] : [{ path, content }];
