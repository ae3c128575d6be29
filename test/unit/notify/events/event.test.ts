import { globSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RequestEvent } from "../../../../shared/notify/channel.ts";
import { eventOf } from "../../../../shared/notify/events/event.ts";
import { EventKind, eventKindOf } from "../../../../shared/notify/events/kinds.ts";
import { type CloudEvent, EventType, jsonSchemaOf, typeOf } from "../../../../shared/notify/events/schema.ts";
import type { Entry, RecordKind } from "../../../../shared/request/record.ts";
import { CONSUMER, HOUR, later, NINE } from "../../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  asked,
  asPerson,
  assessed,
  decided,
  failed,
  reviewed,
} from "../../../fixtures/entries.ts";
import { EVENT_SCHEMAS, problemOfEvent } from "../../../fixtures/event-schemas.ts";
import { eventsOf, oneOfEachKind } from "../../../fixtures/request-events.ts";

const URL = "https://approvals.contoso.com";

/** What goes out because of it, which is something that others are told of. */
function told(happened: RequestEvent | undefined): CloudEvent {
  const event = happened && eventOf(happened, URL);
  if (!event) throw new Error("Nobody is told of it.");
  return event;
}

const lastOf = (...entries: readonly Entry[]): CloudEvent => told(eventsOf(...entries).at(-1));

/** As it is read back from what goes out. */
const problemOf = (event: object): string | null => problemOfEvent(JSON.parse(JSON.stringify(event)));

describe("what others are told of", () => {
  test.each<[RecordKind, EventKind | null]>([
    ["received", "received"],
    ["assessed", null],
    ["deferred", "deferred"],
    ["policyChanged", null],
    ["resumed", "resumed"],
    ["asked", "asked"],
    ["reminded", null],
    ["escalated", "escalated"],
    ["reviewed", "reviewed"],
    ["withdrawn", "withdrawn"],
    ["requesterFound", null],
    ["decided", "decided"],
    ["applying", null],
    ["applied", null],
    ["verified", "closed"],
    ["missing", null],
    ["found", null],
    ["delayed", null],
    ["interrupted", null],
    ["failed", "closed"],
    ["distrusted", "closed"],
    ["expired", "closed"],
    ["superseded", "closed"],
    ["refused", "closed"],
    ["reopened", "reopened"],
  ])("of a record of kind %s: %s", (kind, expected) => {
    const event = oneOfEachKind.find(({ record }) => record.kind === kind);

    expect(event && eventKindOf(event.record)).toBe(expected);
  });

  test("every kind of event comes of some record", () => {
    const kinds = new Set(oneOfEachKind.map(({ record }) => eventKindOf(record)));

    expect(EventKind.options.filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});

describe("an event", () => {
  test("says what happened to whom, when and where, under an id that a repeat would have, too", () => {
    const event = lastOf(assessed(), decided());

    expect(event).toEqual({
      specversion: "1.0",
      id: `${event.data.requestId}:3`,
      type: "dev.aksprivatelink.request.decided.v1",
      source: URL,
      subject: event.data.connection.id,
      time: NINE,
      datacontenttype: "application/json",
      dataschema: `${URL}/api/events/schemas/dev.aksprivatelink.request.decided.v1#/properties/data`,
      data: {
        requestId: expect.stringMatching(/^pec-/),
        seq: 3,
        round: 1,
        state: "applying",
        connection: { id: expect.stringContaining("/managedclusters/aks-prod/"), name: "pe-payments.1" },
        cluster: { id: expect.stringMatching(/\/managedclusters\/aks-prod$/), name: "aks-prod" },
        privateEndpointId: expect.stringContaining("/privateendpoints/pe-payments"),
        consumerSubscription: CONSUMER,
        actor: { kind: "rule", rules: ["payments"] },
        policyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        sentence: "To be approved.",
        link: `${URL}/inbox/#/requests/${event.data.requestId}`,
        decision: "approve",
        reason: "it fits",
      },
    });
  });

  test("of a question says who must answer by their names in the policy, and until when", () => {
    expect(lastOf(assessed(), asked()).data).toMatchObject({
      demands: [{ approvers: ["platform"], quorum: 1 }],
      deadline: later(24 * HOUR),
      onTimeout: "expire",
    });
  });

  test("of an end says how, what was decided, and what went wrong", () => {
    const { data } = lastOf(assessed(), decided(), failed());

    expect(data).toMatchObject({
      state: "closed",
      outcome: "failed",
      decision: "approve",
      failure: { code: "AuthorizationFailed" },
    });
  });

  test.each(
    oneOfEachKind
      .filter(({ record }) => eventKindOf(record) !== null)
      .map((one) => [one.record.kind, one] as const),
  )("of a record of kind %s is as its schema says", (_kind, event) => {
    expect(problemOf(told(event))).toBeNull();
  });

  test("carries no sign-in name, no group's id, no tag, no fact and no seal", () => {
    const personal = {
      ...asked(),
      sentence: "Because cluster.tags.owner is carl; ask ana@contoso.com.",
    } as Entry;
    const text = [assessed(), personal, reviewed()]
      .map((_entry, index, all) =>
        JSON.stringify(eventOf(eventsOf(...all.slice(0, index + 1)).at(-1) as RequestEvent, URL)),
      )
      .join();

    expect(text).not.toMatch(/@|signInNames|6f0f3f0e|carl|facts|verdict|seal/);
    expect(text).toContain(ana.oid);
  });

  test("has strangers' texts as they are: whatever they hold, it is read back as one string", () => {
    const words = fc.string({ unit: "binary", maxLength: 300 }).filter((text) => !/[@＠]/.test(text));
    fc.assert(
      fc.property(words, (requestMessage) => {
        const entry = { ...anEntry.received, requestMessage } as Entry;
        const event = lastOf(entry);

        expect(JSON.parse(JSON.stringify(event)).data.requestMessage).toBe(requestMessage);
        expect(problemOf(event)).toBeNull();
      }),
      { numRuns: 50, examples: [['"},"state":"closed'], ["\u202e<at>ana</at>"], ["javascript:alert(1)"]] },
    );
  });

  test("of a person's answer names them as they call themselves, and by their object id", () => {
    const event = lastOf(assessed(), asked(), reviewed(ana));

    expect(event.data.actor).toEqual(asPerson(ana));
  });
});

describe("the schemas", () => {
  test.each(EventType.options)(
    "%s is the one that is stored beside the code (renew: vitest run -u, of this file)",
    async (type) => {
      const text = `${JSON.stringify(jsonSchemaOf(type), null, 2)}\n`;

      await expect(text).toMatchFileSnapshot(join(EVENT_SCHEMAS, `${type}.json`));
    },
  );

  test("are stored for these types, and for no other", () => {
    const stored = globSync("*", { cwd: EVENT_SCHEMAS });

    expect(stored.toSorted()).toEqual(EventType.options.map((type) => `${type}.json`).toSorted());
  });

  test("tell a wrong event from a right one, and bear members that come later", () => {
    const right = lastOf(assessed(), decided());

    expect(problemOf({ ...right, more: 1, data: { ...right.data, more: 1 } })).toBeNull();
    expect(problemOf({ ...right, data: { ...right.data, decision: "maybe" } })).toMatch(/decision/);
    expect(problemOf({ ...right, type: typeOf("closed") })).toMatch(/outcome/);
  });
});
