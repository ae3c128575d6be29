/** Whether a key goes into a text, or a dialog is open, so that it is no shortcut. */
export function isTyping({ target }: Event): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("input:not([type=checkbox]), textarea, select") || target.closest("dialog") !== null;
}
