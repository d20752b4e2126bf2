/** MiB as PostgreSQL writes them, rounded down so that sums hold. */
export function size(mebibytes: number): string {
  if (mebibytes >= 1024 && mebibytes % 1024 === 0) return `${mebibytes / 1024}GB`;
  if (mebibytes >= 4) return `${Math.floor(mebibytes)}MB`;
  return `${Math.floor(mebibytes * 16) * 64}kB`;
}
