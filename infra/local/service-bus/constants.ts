/**
 * Limits and names of the real service.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide
 */

/** The largest transfer, one message or one batch, in the Standard tier. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** A peek larger than this is cut short; the client asks again from where it ended. */
export const MAX_PEEKED = 250;

/** Message format of a transfer that carries several whole messages, one per data section. */
export const BATCH_FORMAT = 0x80013700;

/** The only shared access policy of this namespace; every namespace is born with it. */
export const KEY_NAME = "RootManageSharedAccessKey";

/** Where tokens are put, by the address that a link names. */
export const CLAIMS_NODE = "$cbs";

/** What the address of an entity's management node ends with. */
export const MANAGEMENT_SUFFIX = "/$management";

/** What the address of a queue's dead-letter queue ends with, in lower case. */
export const DEAD_LETTER_SUFFIX = "/$deadletterqueue";
