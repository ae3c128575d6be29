import { expect, test } from "vitest";
import type { Line } from "../../../shared/request/notice.ts";
import { asked } from "../../fixtures/entries.ts";
import { type OpenStore, trailOf } from "./store-under-test.ts";

const TRAIL = trailOf("a", asked());
const CARD: Line = { requestId: TRAIL.request.id, channel: "card" };
const OTHERS: readonly Line[] = [
  { ...CARD, channel: "log" },
  { ...CARD, requestId: trailOf("b", asked()).request.id },
];

/** Of each line the message is known that it brings up to date. */
export function posted(open: OpenStore): void {
  test("the message of a line is the one that was kept last, and no other line's", async () => {
    const { posted } = await open();

    await posted.keep(CARD, { id: "1609459200000", asked: 3 });
    await posted.keep(CARD, { id: "1609459200001;x'\u{1F4A5}%", asked: 7 });

    expect(await posted.of(CARD)).toEqual({ id: "1609459200001;x'\u{1F4A5}%", asked: 7 });
    for (const line of OTHERS) expect(await posted.of(line)).toBeNull();
  });

  test("whatever signs a text has, it is the same again, also where some end a line and one stands for another", async () => {
    const { posted } = await open();
    const id = "a\u0085b\u2028c\u2029d\ue000e\ue0002028f\u202eg\u0007h\r\ni'j\ufeffk\ud83d\udca5";

    await posted.keep(CARD, { id, asked: 3 });

    expect(await posted.of(CARD)).toEqual({ id, asked: 3 });
  });

  test("a rebuild takes no message away: no record knows them", async () => {
    const store = await open();
    await store.append(TRAIL);
    await store.posted.keep(CARD, { id: "1", asked: 2 });

    await store.rebuild(() => undefined);

    expect(await store.posted.of(CARD)).toEqual({ id: "1", asked: 2 });
  });
}
