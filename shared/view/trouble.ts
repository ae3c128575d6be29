import type { Trouble } from "../request/trouble.ts";

/** What to do about each kind of trouble. */
export const TROUBLE_ADVICE: Readonly<Record<Trouble | "failed", string>> = {
  failed: "Open each, mend the cause, then retry it.",
  interrupted:
    "The app cannot look after them, and goes on by itself. If that lasts, open one and mend the cause.",
  missing: "Azure does not show them. Wait: each is found again, or closed in some minutes.",
  delayed: "The app has to wait, and tries again by itself. If that lasts, open one and mend the cause.",
};
