import * as z from "zod";
import { deadLetterProperties, type Outcome } from "../attempts.ts";
import type { Broker, Settled } from "../broker.ts";
import { MAX_PEEKED } from "../constants.ts";
import type { Entity } from "../entities.ts";
import { invalidField, LOCK_LOST, notImitated, type Refusal } from "../errors.ts";
import type { Lock } from "../lock-token.ts";
import { type DecodedMessage, types } from "../rhea.ts";
import { PeekMessage, RenewLock, UpdateDisposition } from "../schemas.ts";
import { refusalOf, type Settle } from "./outcomes.ts";
import type { Reply } from "./requests.ts";

/** What the management node needs of the broker. Its changes are durable when the promise resolves. */
export interface ManagementNeeds {
  readonly settle: Settle;
  readonly renew: (entity: Entity, locks: readonly Lock[]) => Promise<(number | null)[]>;
  readonly peek: Broker["peek"];
}

type Operation = (entity: Entity, body: unknown, needs: ManagementNeeds) => Promise<Reply> | Reply;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "com.microsoft:renew-lock": renewLock,
  "com.microsoft:peek-message": peekMessage,
  "com.microsoft:update-disposition": updateDisposition,
};

/**
 * Answers one request to `<entity>/$management`.
 *
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response
 */
export async function manage(
  entity: Entity,
  request: DecodedMessage,
  needs: ManagementNeeds,
): Promise<Reply> {
  const properties = (request.application_properties ?? {}) as DecodedMessage;
  const name = String(properties.operation);
  const operation = OPERATIONS[name];
  if (!operation) return refuse(501, notImitated(`The operation ${name}`));
  try {
    return await operation(entity, request.body, needs);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return refuse(400, invalidField(z.prettifyError(error)));
  }
}

async function renewLock(entity: Entity, body: unknown, { renew }: ManagementNeeds): Promise<Reply> {
  const locks = RenewLock.parse(body)["lock-tokens"].filter((lock) => lock !== null);
  const renewed = (await renew(entity, locks)).filter((until) => until !== null);
  if (renewed.length === 0 || renewed.length < locks.length) return refuse(410, LOCK_LOST);
  return accept({ expirations: types.wrap_array(renewed, types.Timestamp.typecode) });
}

function peekMessage(entity: Entity, body: unknown, { peek }: ManagementNeeds): Reply {
  const { "from-sequence-number": from, "message-count": count } = PeekMessage.parse(body);
  const found = peek(entity, from, Math.min(count, MAX_PEEKED));
  if (found.length === 0)
    return { properties: { statusCode: types.wrap_int(204), statusDescription: "No Content" } };
  return accept({ messages: found.map((message) => ({ message })) });
}

async function updateDisposition(entity: Entity, body: unknown, { settle }: ManagementNeeds): Promise<Reply> {
  const request = UpdateDisposition.parse(body);
  const outcome = readOutcome(request);
  if (outcome === null) return refuse(501, notImitated("Deferring a message"));
  const locks = request["lock-tokens"];
  const settled = await Promise.all(
    locks.map((lock): Promise<Settled> | Settled => (lock ? settle(entity, lock, outcome) : "lockLost")),
  );
  const refusal = settled.map(refusalOf).find((one) => one !== null);
  return refusal ? refuse(refusal === LOCK_LOST ? 410 : 400, refusal) : accept({});
}

function readOutcome(request: UpdateDisposition): Outcome | null {
  const properties = request["properties-to-modify"] ?? {};
  switch (request["disposition-status"]) {
    case "completed":
      return { kind: "complete" };
    case "abandoned":
      return { kind: "abandon", properties };
    case "suspended": {
      const why = deadLetterProperties(
        request["deadletter-reason"] ?? "",
        request["deadletter-description"] ?? "",
      );
      return { kind: "deadLetter", properties: { ...properties, ...why } };
    }
    case "defered":
      return null;
  }
}

// The property names are camelCase here and kebab-case at `$cbs`; the SDK looks for exactly these.
function accept(body: object): Reply {
  return { properties: { statusCode: types.wrap_int(200), statusDescription: "OK" }, body };
}

function refuse(status: number, { condition, description }: Refusal): Reply {
  return {
    properties: {
      statusCode: types.wrap_int(status),
      statusDescription: description,
      errorCondition: condition,
    },
  };
}
