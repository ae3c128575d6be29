import type { Trouble } from "../request/trouble.ts";

/** What a kind of trouble is called, and what to do about it. */
interface TroubleWords {
  readonly heading: string;
  readonly sentence: string;
}

export const TROUBLE_WORDS: Readonly<Record<Trouble | "failed", TroubleWords>> = {
  failed: {
    heading: "Failed",
    sentence: "Each needs a person: open it, see why, mend that, then try it again.",
  },
  interrupted: {
    heading: "Interrupted",
    sentence:
      "The app cannot look after them, and goes on by itself. If that lasts, open one and mend the cause.",
  },
  missing: {
    heading: "Missing",
    sentence:
      "Azure does not show them. Nothing is to be done: each is found again, or closed in some minutes.",
  },
  delayed: {
    heading: "Delayed",
    sentence: "The app has to wait, and tries again by itself. If that lasts, open one and mend the cause.",
  },
};
