import { relative } from "node:path";
import * as docker from "@pulumi/docker";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import { imageRecipe } from "../image-recipe.ts";
import type { Role } from "../service.ts";

/** The images of one engine, each built at most once. */
export class Images {
  readonly #built = new Map<string, docker.RemoteImage>();
  readonly #options: CustomResourceOptions;
  readonly #prefix: string;

  /** @param prefix Tells the images of several platforms apart in the state. */
  constructor(options: CustomResourceOptions, prefix: string) {
    this.#options = options;
    this.#prefix = prefix;
  }

  /** The id of the image for a role. */
  imageId(role: Role, buildArguments: Readonly<Record<string, string>>): Output<string> {
    const { repository, tag, context, buildArgs } = imageRecipe(role, buildArguments);
    const name = `${repository}:${tag}`;
    const known = this.#built.get(name);
    if (known !== undefined) return known.imageId;
    const image = new docker.RemoteImage(
      `${this.#prefix}${role}-image`,
      // Relative, so that a clone that was moved builds nothing and changes nothing.
      { name, keepLocally: true, build: { context: relative(process.cwd(), context), buildArgs } },
      this.#options,
    );
    this.#built.set(name, image);
    return image.imageId;
  }
}
