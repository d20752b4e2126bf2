type Results<Work extends readonly unknown[]> = { -readonly [Index in keyof Work]: Awaited<Work[Index]> };

/**
 * Waits for work that goes on side by side to end, all of it, so that nothing goes on behind the caller's back.
 * @throws one error with the message of everything that failed, each once.
 */
export async function allOf<const Work extends readonly unknown[]>(work: Work): Promise<Results<Work>> {
  const results = await Promise.allSettled(work);
  const failures = results.flatMap((result) => (result.status === "rejected" ? [messageOf(result.reason)] : []));
  if (failures.length > 0) throw new Error([...new Set(failures)].join("\n\n"));
  return (await Promise.all(work)) as Results<Work>;
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
