import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export interface WrittenRow {
  readonly id: number;
  readonly created_at: string;
  readonly status: string;
}

/** What a set of writers was told is there, and how they fared. */
export interface Acknowledged {
  readonly rows: readonly WrittenRow[];
  readonly transactions: number;
  /** The longest that one statement took, in milliseconds. */
  readonly longest: number;
  /** Errors of statements, whose transactions were rolled back then. */
  readonly errors: readonly string[];
}

/**
 * Writers of a table (id bigint, created_at timestamptz, status text), each with keys of its own, so that what is acknowledged says what has to be there: inserts,
 * updates of a plain column, of the key and of the column that partitions, deletes; in READ COMMITTED and REPEATABLE READ, with old snapshots, rollbacks and
 * savepoints.
 */
export class AcknowledgedWriters {
  readonly #writers: Writer[];
  readonly #running: Promise<void>[];
  #stopping = false;

  constructor(url: string, table: string, existing: readonly WrittenRow[], count = 4, pause = 0) {
    this.#writers = Array.from(
      { length: count },
      (_, index) =>
        new Writer(
          table,
          index,
          count,
          existing.filter(({ id }) => id % count === index),
        ),
    );
    this.#running = this.#writers.map((writer) => writer.run(url, pause, () => this.#stopping));
  }

  get transactions(): number {
    return this.#writers.reduce((sum, { transactions }) => sum + transactions, 0);
  }

  /** The longest that one statement took so far, in milliseconds. */
  get longest(): number {
    return Math.max(...this.#writers.map(({ longest }) => longest));
  }

  async stop(): Promise<Acknowledged> {
    this.#stopping = true;
    await Promise.all(this.#running);
    return {
      rows: this.#writers.flatMap(({ rows }) => [...rows.values()]).sort((a, b) => a.id - b.id),
      transactions: this.transactions,
      longest: this.longest,
      errors: this.#writers.flatMap(({ errors }) => errors),
    };
  }
}

class Writer {
  rows: Map<number, WrittenRow>;
  transactions = 0;
  longest = 0;
  readonly errors: string[] = [];
  readonly #table: string;
  readonly #count: number;
  #next: number;
  #seed: number;

  constructor(table: string, index: number, count: number, rows: readonly WrittenRow[]) {
    this.#table = table;
    this.#count = count;
    this.rows = new Map(rows.map((row) => [row.id, row]));
    this.#next = 100_000_000 + index;
    this.#seed = 7919 * (index + 1);
  }

  async run(url: string, pause: number, stopping: () => boolean): Promise<void> {
    const client = new pg.Client({ connectionString: url, application_name: "writer" });
    client.on("error", () => undefined);
    await client.connect();
    // Some plans outlive the change of tables.
    await client.query(`PREPARE seen(bigint, text) AS UPDATE ${this.#table} SET status = $2 WHERE id = $1`);
    while (!stopping()) {
      await this.#transaction(client);
      if (pause > 0) await sleep(pause);
    }
    await client.end();
  }

  async #transaction(client: pg.Client): Promise<void> {
    const repeatable = this.#below(3) === 0;
    const next = new Map(this.rows);
    const timed = async (text: string) => {
      const began = performance.now();
      try {
        const { rowCount } = await client.query(text);
        return rowCount;
      } finally {
        this.longest = Math.max(this.longest, performance.now() - began);
      }
    };
    try {
      await timed(repeatable ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN");
      if (repeatable) {
        await timed("SELECT count(*) FROM pg_class WHERE relname = 'nothing'");
        await sleep(this.#below(40));
      }
      for (let change = this.#below(4); change >= 0; change--) {
        if (this.#below(6) === 0) {
          await timed("SAVEPOINT s");
          await this.#change(timed, new Map(next));
          await timed("ROLLBACK TO s");
        } else {
          await this.#change(timed, next);
        }
      }
      if (this.#below(8) === 0) {
        await timed("ROLLBACK");
      } else {
        await timed("COMMIT");
        this.rows = next;
        this.transactions += 1;
      }
    } catch (error) {
      this.errors.push(String(error));
      await client.query("ROLLBACK");
    }
  }

  async #change(timed: (text: string) => Promise<number | null>, rows: Map<number, WrittenRow>): Promise<void> {
    const row = this.#one(rows);
    const kind = this.#below(10);
    if (row === undefined || kind < 3) {
      const added = { id: this.#newId(), created_at: this.#moment(), status: `new ${this.#below(1000)}` };
      await this.#expectOne(
        timed(
          `INSERT INTO ${this.#table} (id, created_at, status) VALUES (${added.id}, '${added.created_at}', '${added.status}')`,
        ),
        added.id,
      );
      rows.set(added.id, added);
    } else if (kind < 5) {
      const status = `seen ${this.#below(1000)}`;
      await this.#expectOne(timed(`EXECUTE seen(${row.id}, '${status}')`), row.id);
      rows.set(row.id, { ...row, status });
    } else if (kind < 7) {
      await this.#expectOne(timed(`DELETE FROM ${this.#table} WHERE id = ${row.id}`), row.id);
      rows.delete(row.id);
    } else {
      const changed =
        kind === 7
          ? { ...row, id: this.#newId() }
          : kind === 8
            ? { ...row, created_at: this.#moment() }
            : { ...row, id: this.#newId(), created_at: this.#moment() };
      await this.#expectOne(
        timed(
          `UPDATE ${this.#table} SET id = ${changed.id}, created_at = '${changed.created_at}' WHERE id = ${row.id}`,
        ),
        row.id,
      );
      rows.delete(row.id);
      rows.set(changed.id, changed);
    }
  }

  async #expectOne(count: Promise<number | null>, id: number): Promise<void> {
    const found = await count;
    if (found !== 1) throw new Error(`LOST: a change of row ${id} found ${found} rows`);
  }

  #newId(): number {
    this.#next += this.#count;
    return this.#next;
  }

  /** Now and then in a month that has no partition yet. */
  #moment(): string {
    const month = this.#below(50) === 0 ? 12 + this.#below(12) : this.#below(12);
    return new Date(Date.UTC(2024, month, 1 + this.#below(28), this.#below(24))).toISOString();
  }

  #one(rows: Map<number, WrittenRow>): WrittenRow | undefined {
    // The first ones of a Map come cheaply, and old and new rows are both among them.
    let left = this.#below(Math.min(rows.size, 200));
    const fromEnd = this.#below(3) === 0;
    if (fromEnd) return rows.get(this.#next - this.#count * this.#below(50));
    for (const row of rows.values()) if (left-- === 0) return row;
    return undefined;
  }

  #below(limit: number): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return limit <= 0 ? 0 : Math.floor((this.#seed / 2 ** 32) * limit);
  }
}
