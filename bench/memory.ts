import { docker } from "../test/support/docker.ts";

/** MiB that the containers of a stack hold, page cache that the kernel can drop not counted (as `docker stats` counts). */
export async function idleMemory(stack: string): Promise<number> {
  const containers = await docker.listContainers({ filters: { label: [`pulumi-postgres-ha.stack=${stack}`] } });
  const each = await Promise.all(
    containers.map(async ({ Id }) => {
      const { memory_stats } = await docker.getContainer(Id).stats({ stream: false });
      const stats = memory_stats.stats as { total_inactive_file?: number; inactive_file?: number };
      return memory_stats.usage - (stats.total_inactive_file ?? stats.inactive_file ?? 0);
    }),
  );
  return each.reduce((sum, bytes) => sum + bytes, 0) / 1024 ** 2;
}
