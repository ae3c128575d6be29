import { adviceFor, shown } from "../view/index.ts";

/** The app said no, or that there is no such thing. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** By which one refusal is told from another. */
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(problemSentence(status, code, detail));
    this.code = code;
  }
}

/** What to do about a problem, and what exactly it is where whoever typed can correct it. */
export function problemSentence(status: number, code: string, detail: string): string {
  const { next, sentence } = adviceFor(code, status);
  return `${sentence} (${shown(code)})${next === "correct" && detail !== "" ? `\n${shown(detail)}` : ""}`;
}

/** Nothing can be said: no app answers, it has a fault, or nobody is signed in. The message says what to do. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** The answer is no, in a sentence of ours: the app was not even asked. */
export class No extends Error {
  override readonly name = "No";
}
