import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** The processes that are killed. */
export type Victim = "app" | "cloud";
export const VICTIMS: readonly Victim[] = ["app", "cloud"];

/** Before: what the point is about has not happened. After: it has, and nobody but the other side knows. */
const Side = z.enum(["before", "after"]);
export type Side = z.infer<typeof Side>;

const Passage = z.object({ what: z.string(), side: Side });
/** A process on its way past a persistence point. */
export type Passage = z.infer<typeof Passage>;

const Order = z.discriminatedUnion("kind", [
  /** Write down every point that is passed. */
  z.object({ kind: z.literal("record") }),
  /** Die at the nth passage like this one, counted from now. */
  z.object({ kind: z.literal("die"), passage: Passage, nth: z.int().positive() }),
]);
export type Order = z.infer<typeof Order>;

/**
 * The driver and a victim speak by files: a file survives `kill -9`, can be read at any moment, and is there before the
 * process is.
 */
export class Control {
  readonly #order: string;
  readonly #died: string;
  readonly #passed: string;
  readonly #pid: string;

  constructor(folder: string, victim: string) {
    const file = (kind: string) => join(folder, `${victim}.${kind}`);
    [this.#order, this.#died, this.#passed, this.#pid] = [
      file("order"),
      file("died"),
      file("passed"),
      file("pid"),
    ];
  }

  /** For the driver: replaces what was ordered before. */
  order(order: Order): void {
    for (const trace of [this.#died, this.#passed]) rmSync(trace, { force: true });
    replace(this.#order, JSON.stringify(order));
  }

  withdraw(): void {
    rmSync(this.#order, { force: true });
  }

  /** Process id of the one that obeyed the order to die; undefined while none has. */
  get diedAs(): number | undefined {
    return existsSync(this.#died) ? Number(readFileSync(this.#died, "utf8")) : undefined;
  }

  /** Every point passed since the order to record. */
  get passed(): readonly Passage[] {
    if (!existsSync(this.#passed)) return [];
    const lines = readFileSync(this.#passed, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => Passage.parse(JSON.parse(line)));
  }

  /** Of the running victim, or of the last one. */
  get pid(): number {
    return Number(readFileSync(this.#pid, "utf8"));
  }

  /** For the victim: the order in force, and a stamp that differs whenever it is another one. */
  stamp(): bigint | undefined {
    return statSync(this.#order, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
  }

  read(): Order {
    return Order.parse(JSON.parse(readFileSync(this.#order, "utf8")));
  }

  isHere(pid: number): void {
    replace(this.#pid, String(pid));
  }

  note(passage: Passage): void {
    appendFileSync(this.#passed, `${JSON.stringify(passage)}\n`);
  }

  /** `kill -9` of this process, now; the order is used up, so that the next one lives. */
  die(): void {
    rmSync(this.#order);
    writeFileSync(this.#died, String(process.pid));
    process.kill(process.pid, "SIGKILL");
  }
}

/** Replaces a file as a whole or not at all. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
