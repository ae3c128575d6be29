/** Everything that can have been done, each with what it is called by people. */
export const DAMAGES = {
  edited: "edited",
  removed: "removed",
  truncated: "cut off",
  inserted: "put in",
  reordered: "out of order",
  swapped: "exchanged with another request's",
  otherKey: "sealed with a key that is not known",
  forged: "changed or made up",
  unwitnessed: "not in the digests of their time",
  rewritten: "written anew with one of the app's keys",
  unreadable: "unreadable",
  requestDiffers: "a request that differs from its records",
  rolledBack: "the whole store put back",
  digestMissing: "a digest missing",
  digestChanged: "a digest changed",
  digestBreaks: "a digest that does not follow",
  digestLate: "a digest late",
} as const;
export type Damage = keyof typeof DAMAGES;

/** The first thing that is wrong with a trail, with a digest or with the whole store. */
export interface Finding {
  readonly what: Damage;
  /** The trail; null when it is about a digest or the whole store. As it is stored, which may be no request's id. */
  readonly requestId: string | null;
  /** Number of the first record that is bad. */
  readonly seq: number | null;
  /** The digest that it is about, or that proves it. */
  readonly digest: number | null;
  /** What was done, for people. */
  readonly sentence: string;
}
