/** Some of a long answer, and where the rest begins. */
export interface Page<T> {
  /** May be fewer than were asked for, even none, where the store has looked at as much as one page may cost. */
  readonly items: readonly T[];
  /** Opaque; null on the last page. Pages stay stable while records are added. */
  readonly nextCursor: string | null;
}

export interface Paging {
  readonly limit: number;
  readonly cursor: string | null;
}

/** A cursor that this store did not give out. */
export class CursorError extends Error {
  override readonly name = "CursorError";
}
