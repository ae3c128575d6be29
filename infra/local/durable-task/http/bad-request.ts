/** The caller's mistake; becomes a 400 with this message. */
export class BadRequest extends Error {}
