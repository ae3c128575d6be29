import { adviceFor, shown } from "../view/index.ts";

/** The app said no, or that there is no such thing. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** By which one refusal is told from another; null where an answer carries none. */
  readonly code: string | null;
  readonly status: number;

  constructor(status: number, code: string | null, detail: string) {
    const { next, sentence } = adviceFor(code, status);
    const details = next === "correct" && detail !== "" ? `\n${shown(detail)}` : "";
    super(`${sentence} (${code === null ? status : shown(code)})${details}`);
    this.status = status;
    this.code = code;
  }
}

/** Nothing can be said: no app answers, it has a fault, or nobody is signed in. The message says what to do. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** The answer is no, in a sentence of ours: the app was not even asked. */
export class No extends Error {
  override readonly name = "No";
}
