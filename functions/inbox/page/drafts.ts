/** The reasons that somebody has begun to write, by request: kept while the page lives, and through a sign-in. */
export class Drafts {
  readonly #texts = new Map<string, string>();

  of(request: string): string {
    return this.#texts.get(request) ?? "";
  }

  write(request: string, text: string): void {
    if (text === "") this.#texts.delete(request);
    else this.#texts.set(request, text);
  }

  /** Nobody's words are left for the next person. */
  clear(): void {
    this.#texts.clear();
  }

  /** All of them, for whoever comes back from a sign-in. */
  all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#texts);
  }
}
