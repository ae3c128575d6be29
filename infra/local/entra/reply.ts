/** Status, headers of its own, and what it says: a page (`Html`), JSON, or nothing. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
