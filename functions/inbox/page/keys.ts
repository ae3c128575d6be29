/** What a key asks for, outside of whatever is typed in. Enter is the browser's: it follows the link that has the focus. */
export type KeyAction = "next" | "previous" | "search" | "help";

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  j: "next",
  k: "previous",
  "/": "search",
  "?": "help",
};

/** A key with Ctrl, Alt or the system's key is the browser's; no key decides anything. */
export function actionOf(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}): KeyAction | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  return Object.hasOwn(ACTIONS, event.key) ? (ACTIONS[event.key] ?? null) : null;
}

/** Where the focus goes among so many rows; null where there are none. `current` is -1 where no row has it. */
export function rowAfter(action: "next" | "previous", current: number, rows: number): number | null {
  if (rows === 0) return null;
  if (current < 0) return action === "next" ? 0 : rows - 1;
  return Math.min(rows - 1, Math.max(0, current + (action === "next" ? 1 : -1)));
}
