const units: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** A duration as Docker writes it ("1m30s", "500ms") in nanoseconds, or `undefined` where it is none. */
export function nanoseconds(text: string): number | undefined {
  if (text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0), 0);
}

/** The same duration always in the same words, e.g. "1m30s"; "0s" for none. */
export function durationText(amount: number): string {
  if (amount === 0) return "0s";
  if (amount % 1e6 !== 0) return `${amount}ns`;
  if (amount % 1e9 !== 0) return `${amount / 1e6}ms`;
  const seconds = amount / 1e9;
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return ["h", "m", "s"].map((unit, i) => (parts[i] ? `${parts[i]}${unit}` : "")).join("");
}
