import * as z from "zod";
import { KEY_NAME } from "./constants.ts";
import { readLockToken } from "./lock-token.ts";

/** What the text of a token begins with. */
export const TOKEN_PREFIX = "SharedAccessSignature ";

/**
 * A request to `$cbs`.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide#claims-based-authorization
 */
export const PutToken = z.object({
  application_properties: z.object({
    operation: z.literal("put-token"),
    type: z.literal("servicebus.windows.net:sastoken"),
  }),
  body: z.string().startsWith(TOKEN_PREFIX),
});

/**
 * The fields of a token behind its prefix: resource, signature, expiry in seconds since 1970, name of the key.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
 */
export const TokenFields = z.object({
  sr: z.string(),
  sig: z.string(),
  se: z.string().regex(/^\d+$/),
  skn: z.literal(KEY_NAME),
});

const LockTokens = z.array(z.unknown().transform(readLockToken));

/** rhea decodes a long beyond 2^53 as a Buffer; no message has such a number. */
const SequenceNumber = z.number().catch(Number.MAX_SAFE_INTEGER);

/**
 * Bodies of requests to `<entity>/$management`.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response
 */
export const RenewLock = z.object({ "lock-tokens": LockTokens });

export const PeekMessage = z.object({
  "from-sequence-number": SequenceNumber,
  "message-count": z.int().min(1),
});

export const UpdateDisposition = z.object({
  "lock-tokens": LockTokens,
  "disposition-status": z.enum(["completed", "abandoned", "suspended", "defered"]),
  "deadletter-reason": z.string().nullish(),
  "deadletter-description": z.string().nullish(),
  "properties-to-modify": z.record(z.string(), z.unknown()).nullish(),
});
export type UpdateDisposition = z.infer<typeof UpdateDisposition>;
