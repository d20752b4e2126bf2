export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** "median (smallest to largest)" of times in ms, in seconds. */
export function spread(milliseconds: readonly number[]): string {
  const seconds = (value: number) => (value / 1000).toFixed(1);
  return `${seconds(median(milliseconds))} s (${seconds(Math.min(...milliseconds))} to ${seconds(Math.max(...milliseconds))})`;
}
