import { setTimeout as sleep } from "node:timers/promises";
import { execute, mustExecute } from "./docker.ts";

export interface Load {
  /** How many clients lost their session; pgbench ends a client at its first error. */
  readonly errors: readonly string[];
  readonly transactions: number;
}

/**
 * TPC-B from inside the stack while something else is done, for as long as that takes: 8 clients, 160 transactions a second, so
 * that what is done has processors left where they are shared with the load.
 */
export async function underLoad(container: string, writeUrl: string, act: () => Promise<unknown>): Promise<Load> {
  const env = [`DATABASE_URL=${inside(writeUrl)}`];
  await mustExecute(container, ["bash", "-c", 'pgbench -i -q -s 2 "$DATABASE_URL"'], env);
  const load = execute(
    container,
    ["bash", "-c", 'exec pgbench -c 8 -j 2 -R 160 -T 600 --max-tries=1 "$DATABASE_URL"'],
    env,
  );
  await sleep(1000);
  try {
    await act();
    await sleep(1000);
  } finally {
    await execute(container, ["bash", "-c", interrupt]);
  }
  const { output } = await load;
  const errors = output.split("\n").filter((line) => /client \d+ .*aborted/.test(line));
  return { errors, transactions: Number(/actually processed: (\d+)/.exec(output)?.[1] ?? 0) };
}

/** SIGALRM is how pgbench ends when its time is up. */
const interrupt = `for process in /proc/[0-9]*; do
  read -r name 2>/dev/null < "$process/comm" && [[ $name == pgbench ]] && kill -ALRM "\${process#/proc/}"
done; true`;

/** The write pool as the other containers of the stack see it, without the offset of its published port. */
function inside(url: string): string {
  const parsed = new URL(url);
  parsed.hostname = "haproxy";
  parsed.port = "6432";
  return parsed.toString();
}
