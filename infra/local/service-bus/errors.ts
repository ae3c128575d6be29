import { MAX_MESSAGE_BYTES } from "./constants.ts";

/** Why something is refused, in the words AMQP has for it. */
export interface Refusal {
  readonly condition: string;
  readonly description: string;
}

export const LOCK_LOST: Refusal = {
  condition: "com.microsoft:message-lock-lost",
  description:
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
};

export const UNAUTHORIZED: Refusal = {
  condition: "amqp:unauthorized-access",
  description: "Unauthorized access. 'Send' or 'Listen' claims are required to perform this operation.",
};

export const TOO_LARGE: Refusal = {
  condition: "amqp:link:message-size-exceeded",
  description: `The message is larger than the ${MAX_MESSAGE_BYTES} bytes this namespace allows.`,
};

/** The SDK recognises a missing queue by these words, not by the condition. */
export function notFound(address: string): Refusal {
  const isSubscription = address.toLowerCase().includes("/subscriptions/");
  const why = isSubscription ? " Topics and subscriptions are not imitated by this stand-in." : "";
  return {
    condition: "amqp:not-found",
    description: `The messaging entity '${address}' could not be found.${why}`,
  };
}

/** What the real service refuses too. */
export function notAllowed(description: string): Refusal {
  return { condition: "amqp:not-allowed", description };
}

/** What the real service does and this stand-in does not; see the README. */
export function notImitated(what: string): Refusal {
  return { condition: "amqp:not-implemented", description: `${what} is not imitated by this stand-in.` };
}

/** The bytes of a transfer are no AMQP message. */
export function notDecoded(why: unknown): Refusal {
  return { condition: "amqp:decode-error", description: String(why) };
}

/** The body of a management request is not of the documented shape. */
export function invalidField(why: string): Refusal {
  return { condition: "amqp:invalid-field", description: why };
}

/** Our own fault; the sender may try again. */
export const INTERNAL_ERROR: Refusal = {
  condition: "amqp:internal-error",
  description: "The broker could not store the change; nothing was changed.",
};
