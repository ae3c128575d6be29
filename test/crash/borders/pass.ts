import type { Side } from "../control.ts";

/** What watchers call: which point, and whether its effect has happened yet. */
export type Pass = (what: string, side: Side) => void;
