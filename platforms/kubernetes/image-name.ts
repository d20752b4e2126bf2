import { imageRecipe } from "../image-recipe.ts";
import type { Service } from "../service.ts";
import type { KubernetesPlatformSettings } from "./args.ts";

/** What the nodes pull for a service: the name that is set for its role, or else one that names the content of `images/ROLE`. */
export function imageName(
  { role, buildArguments }: Pick<Service, "role" | "buildArguments">,
  { images }: Pick<KubernetesPlatformSettings, "images">,
): string {
  return images.references[role] ?? `${images.repository}/${role}:${imageRecipe(role, buildArguments ?? {}).tag}`;
}
