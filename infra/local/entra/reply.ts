/** Status and JSON body of an answer. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}
