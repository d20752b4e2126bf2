/** What a file is told apart by. */
export interface Marked {
  readonly name: string;
  readonly checksum: string;
}

export interface Recorded extends Marked {
  /** False of a file outside a transaction that is not through: what did not run of it yet may change. */
  readonly finished: boolean;
}

export interface Plan<File extends Marked> {
  /** What is still to run, in order. */
  readonly pending: readonly File[];
  /** Why nothing may run. */
  readonly problems: readonly string[];
}

/** What is to run, where the files are in order and those that ran, ran in this order and are as they were. */
export function planOf<File extends Marked>(recorded: readonly Recorded[], files: readonly File[]): Plan<File> {
  const ran = new Map(recorded.map((each) => [each.name, each]));
  const pending = files.filter(({ name }) => ran.get(name)?.finished !== true);
  const problems = [
    ...recorded.flatMap((each) => changeOf(each, files, ran)),
    ...insertedBefore(ran, files),
    ...moved(recorded, files),
  ];
  return { pending, problems };
}

/** All that is wrong, in one error's words. */
export function refusal(problems: readonly string[]): string {
  return `refused, because these files ran already:\n${problems.map((line) => `  - ${line}`).join("\n")}`;
}

function changeOf(
  { name, checksum, finished }: Recorded,
  files: readonly Marked[],
  ran: ReadonlyMap<string, Recorded>,
): string[] {
  const now = files.find((file) => file.name === name);
  if (now !== undefined) {
    if (!finished || now.checksum === checksum) return [];
    return [`${name} has changed since it ran; give it its old text back, and put the change into a new file`];
  }
  const renamed = files.find((file) => file.checksum === checksum && !ran.has(file.name));
  if (renamed) return [`${name} is called ${renamed.name} now; give it its old name back`];
  return [`${name} is missing; put it back. A second set of files in one database needs a history of its own`];
}

function insertedBefore(ran: ReadonlyMap<string, Recorded>, files: readonly Marked[]): string[] {
  const last = files.findLastIndex(({ name }) => ran.has(name));
  return files
    .slice(0, Math.max(last, 0))
    .filter((file) => !ran.has(file.name) && ![...ran.values()].some((each) => isRenamed(each, file, files)))
    .map(({ name }) => `${name} is new and comes before ${files[last]?.name}; give it a name that comes after it`);
}

function isRenamed(recorded: Recorded, file: Marked, files: readonly Marked[]): boolean {
  return recorded.checksum === file.checksum && !files.some(({ name }) => name === recorded.name);
}

function moved(recorded: readonly Recorded[], files: readonly Marked[]): string[] {
  const names = files.map(({ name }) => name);
  const places = recorded.map(({ name }) => ({ name, at: names.indexOf(name) })).filter(({ at }) => at !== -1);
  return places.flatMap(({ name, at }, index) => {
    const before = places[index - 1];
    if (before === undefined || before.at < at) return [];
    return [`${name} ran after ${before.name} and comes before it now; keep the order in which they ran`];
  });
}
