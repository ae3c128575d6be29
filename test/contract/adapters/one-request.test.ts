import { describe, expect, test } from "vitest";
import { type App, createApp } from "../../../functions/kit/app.ts";
import { shownTo } from "../../../functions/kit/redact.ts";
import type { Caller } from "../../../functions/kit/sign-in.ts";
import { requestRoutes } from "../../../functions/requests.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { aTrail } from "../../fixtures/builders.ts";
import { ana, anEntry, asked, assessed } from "../../fixtures/entries.ts";
import { inMemory } from "./in-memory-app.ts";

const caller: Caller = {
  ...ana,
  roles: ["Reader", "Approver"],
  isPerson: true,
  scopes: ["Approvals.ReadWrite"],
  clientId: "6d2c9f14-7e58-4b3a-8c1d-2f0a9b7e5d04",
};

/** Facts that only auditors see all of. */
const PERSONAL = {
  consumer: { tags: { kind: "value", value: { owner: "ana@contoso.com" } } },
  requester: { kind: "value", value: "cy@contoso.com" },
} as const;

const withFacts = (facts: object): Entry => {
  const entry = assessed() as Extract<Entry, { kind: "assessed" }>;
  const { consumer } = PERSONAL;
  return {
    ...entry,
    facts: { ...entry.facts, ...facts, consumer: { ...entry.facts.consumer, ...consumer } },
  };
};

type Shown = ApprovalRequest & {
  facts: Record<string, unknown> | null;
  viewer: object;
  explanation: string[];
};

/** What the route says of a request that came by these records. */
async function shown(...entries: readonly Entry[]): Promise<Shown> {
  const app: App = await createApp(inMemory);
  await app.policyInForce.load(() => undefined);
  const trail = aTrail({}, ...entries);
  await app.store.append(trail);
  const { id } = trail.request;
  const getRequest = requestRoutes.find(({ operationId }) => operationId === "getRequest");
  const reply = await getRequest?.handle(app, { path: { id }, caller } as never);
  app.store.close();
  return reply as Shown;
}

describe("one request", () => {
  test("comes with the facts that its verdict stands on, those of the last assessment", async () => {
    const old = withFacts({ source: { kind: "value", value: "event" } });
    const late = withFacts({ source: { kind: "value", value: "sweep" } });

    const { facts } = await shown(old, asked(), anEntry.resumed, late, asked());

    expect(facts).toMatchObject({ source: { kind: "value", value: "sweep" }, consumer: PERSONAL.consumer });
  });

  test("comes with no facts before it was assessed, and none that no longer count", async () => {
    expect((await shown()).facts).toBeNull();
    expect((await shown(withFacts({}), asked(), anEntry.resumed)).facts).toBeNull();
  });

  test("comes with what the person who asks may do", async () => {
    expect((await shown(withFacts({}), asked())).viewer).toMatchObject({
      code: "deadlinePassed",
      review: null,
    });
  });

  test("shows of the facts to whoever is no auditor what records show", async () => {
    const request = await shown(withFacts(PERSONAL), asked());

    const asReader = shownTo({ roles: ["Reader"] }, request);

    const hidden = { kind: "unknown", cause: "only auditors see it", isHidden: true };
    expect(asReader.facts).toMatchObject({ consumer: { tags: hidden }, requester: hidden });
    expect(JSON.stringify(asReader)).not.toContain("@contoso.com");
    expect(shownTo({ roles: ["Auditor"] }, request).facts).toMatchObject(PERSONAL);
  });
});
