import type { Finding } from "./finding.ts";

/** A throw that the SDK reports without saying what was thrown. */
export const THROW_WITHOUT_MESSAGE: Finding = {
  detector: "throw-without-message",
  message:
    "The orchestrator threw something without a message: the instance fails, and its output tells of no cause, or of another " +
    "one. Throw an Error with a message.",
};
