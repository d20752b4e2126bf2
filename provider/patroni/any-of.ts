import type { PatroniMember } from "./member.ts";
import { PatroniRefused } from "./rest.ts";

/**
 * The answer of the first member that gives one. A member that does not run is asked in vain, and the next one is asked.
 * @throws what Patroni refuses, or what went wrong with the last member.
 */
export async function anyOf<Answer>(
  members: readonly PatroniMember[],
  ask: (member: PatroniMember) => Promise<Answer>,
): Promise<Answer> {
  let last: unknown = new Error("the cluster has no members");
  for (const member of members) {
    try {
      return await ask(member);
    } catch (error) {
      if (error instanceof PatroniRefused) throw error;
      last = error;
    }
  }
  throw last;
}
