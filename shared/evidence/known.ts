/** A head that a digest lists. */
export interface Known {
  readonly digest: number;
  readonly seq: number;
  readonly seal: string;
}
