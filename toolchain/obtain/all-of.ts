type Results<Work extends readonly unknown[]> = { -readonly [Index in keyof Work]: Awaited<Work[Index]> };

/**
 * Waits for work that goes on side by side to end, all of it, so that nothing goes on behind the caller's back.
 * @throws the error of what failed; of several, one error with the message of each.
 */
export async function allOf<const Work extends readonly unknown[]>(work: Work): Promise<Results<Work>> {
  const settled = await Promise.allSettled(work);
  const reasons = new Set(settled.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : [])));
  if (reasons.size > 1) {
    const messages = new Set([...reasons].map((reason) => reason.message));
    throw new AggregateError(reasons, [...messages].join("\n\n"));
  }
  return (await Promise.all(work)) as Results<Work>;
}
