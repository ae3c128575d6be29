import type { Refusal, Reply } from "./reply.ts";
import { Store } from "./store.ts";

/** What is known of something that is looked at again and again. */
export interface Watched<T> {
  /** As it was last read; null before that. */
  readonly value: T | null;
  /** Why the last look brought nothing; the value may be old, then. */
  readonly refusal: Refusal | null;
}

/** Between two looks while somebody sees the page. */
export const POLL_MS = 15_000;
/** The same, while the app is at work on what is seen. */
export const MOVING_MS = 2_000;

/** Looks at something every so often while the page is seen, at once when it is seen again, and never twice at a time. */
export class Watch<T> {
  readonly state = new Store<Watched<T>>({ value: null, refusal: null });
  readonly #load: () => Promise<Reply<T>>;
  readonly #isMoving: (value: T) => boolean;
  #isSeen = false;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<void> | null = null;

  constructor(load: () => Promise<Reply<T>>, isMoving: (value: T) => boolean = () => false) {
    this.#load = load;
    this.#isMoving = isMoving;
  }

  /** Whether the page is seen from now on; who comes back wants to know at once. */
  seen(isSeen: boolean): void {
    this.#isSeen = isSeen;
    clearTimeout(this.#timer);
    if (isSeen) void this.look();
  }

  /** Looks now, or waits for the look that is under way. */
  look(): Promise<void> {
    this.#looking ??= this.#once().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Looks after whatever is under way has ended: what was done just now must be in it. */
  async lookAgain(): Promise<void> {
    await this.#looking;
    await this.look();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #once(): Promise<void> {
    clearTimeout(this.#timer);
    const reply = await this.#load();
    if (this.#isOver) return;
    const { value, refusal } = this.state.get();
    if (reply.ok && (reply.value !== value || refusal !== null))
      this.state.set({ value: reply.value, refusal: null });
    if (!reply.ok) this.state.set({ value, refusal: reply.refusal });
    if (this.#isSeen) this.#timer = setTimeout(() => void this.look(), this.#pauseMs());
  }

  #pauseMs(): number {
    const { value, refusal } = this.state.get();
    return value !== null && refusal === null && this.#isMoving(value) ? MOVING_MS : POLL_MS;
  }
}
