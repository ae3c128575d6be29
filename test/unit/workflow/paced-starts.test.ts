import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PacedStarts } from "../../../shared/workflow/paced-starts.ts";
import { aConnection, aConnectionId, anEndpoint, aRequest, followed } from "../../fixtures/builders.ts";
import { OrchestrationsRecorder } from "../../fixtures/desk.ts";
import { asked, assessed } from "../../fixtures/entries.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const NEIGHBOUR = "6b1c2d3e-4f50-4a61-8b72-9c8d7e6f5a40";

const requestOf = (n: number, subscription?: string) =>
  aRequest({
    connection: aConnection({
      id: aConnectionId(`pe-${n}.1`),
      endpoint: anEndpoint(`pe-${n}`, "rg", subscription),
    }),
  });
const many = Array.from({ length: 50 }, (_, n) => requestOf(n));
const nameOf = ({ id }: ReturnType<typeof requestOf>) => `${id} round 1`;

/** Three at once, and two a second. */
function paced() {
  const recorder = new OrchestrationsRecorder();
  const warnings: string[] = [];
  const starts = new PacedStarts({ burst: 3, perSecond: 2 });
  const of = (orchestrations = recorder as Parameters<typeof starts.of>[0]) =>
    starts.of(orchestrations, (line) => warnings.push(line));
  return { recorder, warnings, of };
}

describe("starts of orchestrations", () => {
  test("are made at once while there are few, and then at a pace, in order", async () => {
    const { recorder, of } = paced();

    for (const request of many) await of().start(request);
    const atOnce = [...recorder.started];
    await vi.advanceTimersByTimeAsync(10_000);

    expect(atOnce).toEqual(many.slice(0, 3).map(nameOf));
    expect(recorder.started.length).toBeGreaterThanOrEqual(22);
    expect(recorder.started.length).toBeLessThanOrEqual(23);
    expect(recorder.started).toEqual(many.slice(0, recorder.started.length).map(nameOf));
  });

  test("of one consumer keep nobody else's waiting", async () => {
    const { recorder, of } = paced();
    for (const request of many) await of().start(request);
    const neighbours = requestOf(100, NEIGHBOUR);

    await of().start(neighbours);

    expect(recorder.started.at(-1)).toBe(nameOf(neighbours));
  });

  test("of requests at rest wait for nothing and delay none that is new: the sweep starts all of them each time", async () => {
    const { recorder, of } = paced();
    const resting = followed(requestOf(0), [assessed(), asked()]);
    for (let n = 0; n < 2_000; n++) await of().start(resting);

    await of().start(requestOf(1));

    expect(recorder.started.length).toBe(2_001);
    expect(recorder.started.at(-1)).toBe(nameOf(requestOf(1)));
  });

  test("that wait are made once, however often they were wanted", async () => {
    const { recorder, of } = paced();
    for (const request of many.slice(0, 3)) await of().start(request);
    for (let n = 0; n < 5; n++) for (const request of many.slice(3, 6)) await of().start(request);

    await vi.advanceTimersByTimeAsync(60_000);

    expect(recorder.started).toEqual(many.slice(0, 6).map(nameOf));
  });

  test("that fail later are told, and keep none behind them from being made", async () => {
    const { recorder, warnings, of } = paced();
    const away = { start: () => Promise.reject(new Error("away")), settle: recorder.settle };
    for (const request of many.slice(0, 3)) await of().start(request);
    await of(away).start(requestOf(3));
    await of().start(requestOf(4));

    await vi.advanceTimersByTimeAsync(2_000);

    expect(warnings).toEqual([`${requestOf(3).id} was not started; the next sweep will: Error: away`]);
    expect(recorder.started.at(-1)).toBe(nameOf(requestOf(4)));
  });
});
