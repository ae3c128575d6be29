/** The user asked for something that makes no sense; the sentence says what. The command ends with 2. */
export class UsageError extends Error {}

/** The command could not do its work; the sentence is all that the user needs. The command ends with 1. */
export class CommandError extends Error {}
