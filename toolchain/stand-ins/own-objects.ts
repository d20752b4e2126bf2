/**
 * The objects that this plugin made, or took over from a run that was killed, since it started. A replacement that keeps the
 * name (`pulumi up --replace`) creates before it deletes: it finds the old object, takes it for its own, and the delete that
 * follows would then remove the only object there is, with its data.
 */
export class OwnObjects {
  readonly #ids = new Set<string>();

  made(type: string, id: string): void {
    this.#ids.add(`${type} ${id}`);
  }

  /** Whether a delete is to spare the object. */
  includes(type: string, id: string): boolean {
    return this.#ids.has(`${type} ${id}`);
  }
}
