import type { ResourceType } from "./types.ts";

type Changing = Pick<ResourceType<undefined>, "create" | "read" | "update" | "delete">;

/** Of a stand-in that shows what would be made, and makes nothing: everything but a preview is refused, with the way out. */
export function previewOnly(name: string, version: string): Changing {
  const refuse = async (): Promise<never> => {
    throw new Error(
      `the stand-in for the ${name} provider only previews; nothing was changed. To go further install the real plugin: ` +
        `"pulumi plugin install resource ${name} ${version}" on a network that has it`,
    );
  };
  return { create: refuse, read: refuse, update: refuse, delete: refuse };
}
