import { expect, test } from "vitest";
import { provedHistory } from "../../../shared/request/history.ts";
import { type Change, requestText, writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import {
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  CONSUMER,
  NINE,
  PROVIDER,
} from "../../fixtures/builders.ts";
import { applying, decided, failed, reopened, verified } from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { type OpenStore, trailOf } from "./store-under-test.ts";

const STRANGER = "7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11";
const APPROVAL = [decided(), applying(), verified()];

const ofStranger = (name: string, ...entries: readonly Entry[]): Change => {
  const endpoint = anEndpoint("pe-a", "rg", STRANGER);
  return aTrail({ connection: aConnection({ id: aConnectionId(name), endpoint }) }, ...entries);
};

/** What rules count: the store finds at least every approval, with what proves it. */
export function approvals(open: OpenStore): void {
  test("counts where a request of the subscription was closed as approved", async () => {
    const store = await open();
    for (const trail of [
      trailOf("approved-1", ...APPROVAL),
      trailOf("approved-2", ...APPROVAL),
      trailOf("rejected", decided("reject"), applying("Rejected"), verified("Rejected")),
      trailOf("under-way", decided(), applying()),
      trailOf("failed", failed()),
      ofStranger("approved-3", ...APPROVAL),
    ]) {
      await store.append(trail);
    }
    const { approvedBefore } = provedHistory({ store, seals: SEALS });

    expect(await approvedBefore(CONSUMER)).toBe(2);
    expect(await approvedBefore(STRANGER.toUpperCase())).toBe(1);
    expect(await approvedBefore(PROVIDER)).toBe(0);
  });

  test("is given as it is stored, with the seal of the record before", async () => {
    const store = await open();
    const { request, records, said } = ofStranger("a", ...APPROVAL);
    await store.append({
      request,
      records,
      said,
      requestSaid: requestText(request),
      requestSeal: null,
      notices: [],
    });

    const approvals = await store.approvals(STRANGER);

    const [before, approval] = records.slice(-2);
    expect(approvals).toContainEqual({
      said: said.at(-1),
      seal: approval?.seal,
      sealBefore: before?.seal,
    });
  });

  test("counts once when it was taken up anew and approved again, and while it is under way again", async () => {
    const store = await open();
    const { approvedBefore } = provedHistory({ store, seals: SEALS });
    const twice = trailOf("a", ...APPROVAL);
    await store.append(twice);
    const again = writeDown(twice.request, [reopened(), ...APPROVAL], NINE, SEALS);
    await store.append(again);

    expect(await approvedBefore(CONSUMER)).toBe(1);
    await store.append(writeDown(again.request, [reopened()], NINE, SEALS));
    expect(await approvedBefore(CONSUMER)).toBe(1);
  });

  test("counts, although the same change took the request up again", async () => {
    const store = await open();
    await store.append(trailOf("a", ...APPROVAL, reopened(), ...APPROVAL, reopened()));

    expect(await provedHistory({ store, seals: SEALS }).approvedBefore(CONSUMER)).toBe(1);
  });
}
