import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Fault } from "../../../shared/connection/fault.ts";
import { gatherFacts } from "../../../shared/facts/gather.ts";
import type { FactSources } from "../../../shared/facts/port.ts";
import { FACT_TYPES, type FactName, Facts } from "../../../shared/policy/facts.ts";
import { aCluster, aConnection, anEndpoint, aRequest, DAY, later, NINE } from "../../fixtures/builders.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse(NINE) }));
afterEach(() => void vi.useRealTimers());

const fault = fc
  .record({
    code: fc.constantFrom("THROTTLED", "BUSY", "UNREACHABLE", "FORBIDDEN", "UNREADABLE", "BROKEN"),
    message: fc.string({ unit: "binary" }),
    retryAfterMs: fc.option(fc.nat(20_000), { nil: undefined }),
  })
  .map(({ code, message, retryAfterMs }) => new Fault(code as "BUSY", message, { retryAfterMs }));

/** Whatever a source may do with one question: answer, fail, fail before it promises, or say nothing, early or late. */
const deed = <T>(answer: fc.Arbitrary<T>) =>
  fc
    .oneof(
      answer.map((value) => async () => value),
      fc.oneof(fault, fc.anything({ withNullPrototype: true })).map((thrown) => async (): Promise<T> => {
        throw thrown;
      }),
      fc.constant((): Promise<T> => {
        throw new Error("at once");
      }),
      fc.constant(() => new Promise<T>(() => undefined)),
    )
    .chain((act) =>
      fc.nat(10_000).map((ms) => async () => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return act();
      }),
    );

const name = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "constructor", "env"));
const connection = fc
  .record({
    endpoint: fc.constantFrom(null, anEndpoint(), anEndpoint("pe-b", "rg", aCluster().id.split("/")[2])),
    status: fc.constantFrom("Approved", "Pending", "Rejected", "Odd"),
  })
  .map((differences) => aConnection(differences));

const moment = fc.integer({ min: -DAY, max: DAY }).map((ms) => later(ms));
const openRequest = connection.map((open) => aRequest({ connection: open }));

const sources: fc.Arbitrary<FactSources> = fc
  .record({
    subscription: deed(
      fc.option(
        fc.record({
          name: fc.option(fc.string({ unit: "binary" })),
          tags: fc.dictionary(name, fc.string({ unit: "binary" })),
          managementGroups: fc.option(fc.array(name)),
        }),
      ),
    ),
    tenant: deed(fc.option(fc.string())),
    endpoint: deed(fc.option(fc.record({ location: fc.option(fc.string()) }))),
    creation: deed(
      fc.option(fc.record({ by: fc.option(fc.string()), at: moment, correlationId: fc.option(fc.string()) })),
    ),
    creator: deed(
      fc.option(
        fc.oneof(
          fc.record({ kind: fc.constant("person" as const), objectId: fc.uuid() }),
          fc.record({ kind: fc.constant("unclear" as const), because: fc.string({ unit: "binary" }) }),
        ),
      ),
    ),
    approvedBefore: deed(fc.nat()),
    open: deed(fc.array(openRequest)),
    listing: deed(fc.option(fc.record({ items: fc.array(connection), unreadable: fc.array(fault) }))),
  })
  .map(({ subscription, tenant, endpoint, creation, creator, approvedBefore, open, listing }) => ({
    subscriptions: { read: subscription },
    tenants: { of: tenant },
    endpoints: { read: endpoint },
    creations: { of: creation },
    creators: { of: creator },
    history: { approvedBefore, open },
    connections: { list: listing },
  }));

const factAt = (facts: Facts, name: FactName): unknown =>
  name.split(".").reduce<unknown>((part, key) => Object(part)[key], facts);

test("whatever the sources do, within 5 s there are complete facts, and nothing is thrown; what may pass is unknown", async () => {
  await fc.assert(
    fc.asyncProperty(
      sources,
      fc.subarray(Object.keys(FACT_TYPES) as FactName[]),
      fc.option(fc.constant(anEndpoint())),
      async (sources, used, endpoint) => {
        const began = Date.now();
        const request = aRequest({ connection: aConnection({ endpoint }) });
        let doneAt: number | undefined;

        const gathering = gatherFacts(sources, { request, cluster: aCluster(), at: NINE }, new Set(used));
        const done = gathering.finally(() => {
          doneAt = Date.now();
        });
        await vi.runAllTimersAsync();

        const { facts, passing } = await done;
        expect(Facts.safeParse(facts)).toMatchObject({ success: true });
        expect(doneAt).toBeLessThanOrEqual(began + 5_000);
        const known = endpoint === null ? "unknown" : "value";
        expect([facts.endpoint.name.kind, facts.cluster.name.kind]).toEqual([known, "value"]);
        expect(used).toEqual(expect.arrayContaining([...passing]));
        expect(passing.map((name) => factAt(facts, name))).toEqual(
          passing.map(() => expect.objectContaining({ kind: "unknown" })),
        );
      },
    ),
  );
});
