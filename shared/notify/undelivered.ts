/** What a failed delivery means for the next attempt. Any other error means: by the schedule. */
export type NextAttempt =
  /** The other side wants nothing any more. */
  | { readonly kind: "never" }
  /** By the schedule, but not before so many ms. */
  | { readonly kind: "notBefore"; readonly afterMs: number }
  /** Nothing was tried; after so many ms it may be. */
  | { readonly kind: "untried"; readonly afterMs: number };

/** Why something was not handed over, and what follows from it. */
export class Undelivered extends Error {
  override readonly name = "Undelivered";
  readonly next: NextAttempt;

  constructor(message: string, next: NextAttempt) {
    super(message);
    this.next = next;
  }
}
