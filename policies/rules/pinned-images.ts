import { containersOf } from "../graph/containers.ts";
import { isType, type Resource } from "../graph/resource.ts";
import { list, text, type Value } from "../graph/values.ts";
import type { ResourceRule } from "../rule.ts";

/** An image's id, a digest, or a tag that is a hash, as this library's are: of what the image is built from. */
const pinned = /^(sha256:)?[0-9a-f]{64}$|@sha256:[0-9a-f]{64}$|:[0-9a-f]{12,64}$/;

export const pinnedImages: ResourceRule = {
  name: "pinned-images",
  description: "An image is named by what it holds, not by a name that moves.",
  enforcement: "advisory",
  problems: (resource) =>
    imagesOf(resource)
      .filter(({ image }) => !pinned.test(image))
      .map(({ where, image }) => {
        const tag = /:([^:/@]+)$/.exec(image)?.[1];
        const moves =
          tag === undefined ? "without a tag means latest, which moves" : `is named by the tag ${tag}, which can move`;
        return `image ${image}${where === "" ? "" : ` of ${where}`} ${moves}. Name its digest, ${image}@sha256:..., or its id.`;
      }),
};

function imagesOf(resource: Resource): { where: string; image: string }[] {
  const known = (where: string, image: Value) => {
    const name = text(image);
    return name === undefined ? [] : [{ where, image: name }];
  };
  // An image that is built here is what its files make it.
  if (isType(resource, "docker:index:RemoteImage")) {
    return resource.props.build === undefined && list(resource.props.buildArgs).length === 0
      ? known("", resource.props.name)
      : [];
  }
  return containersOf(resource).flatMap(({ where, image }) => known(where, image));
}
