import { describe, expect, test } from "vitest";
import { AppClock } from "../../../functions/inbox/page/clock.ts";
import { Drafts } from "../../../functions/inbox/page/drafts.ts";
import { actionOf, rowAfter } from "../../../functions/inbox/page/keys.ts";
import { type Emptiness, emptySentence } from "../../../functions/inbox/page/list/empty-sentence.ts";
import { joined } from "../../../functions/inbox/page/list/joined.ts";
import { keepPending, type Pending, takePending } from "../../../functions/inbox/page/sign-in/pending.ts";
import { NINE } from "../../fixtures/builders.ts";

describe("keys", () => {
  const key = (name: string, held: object = {}) =>
    actionOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...held });

  test.each([
    ["j", "next"],
    ["k", "previous"],
    ["/", "search"],
    ["?", "help"],
    ["a", null],
    ["Enter", null],
    ["toString", null],
  ])("%s: %s", (name, expected) => {
    expect(key(name)).toBe(expected);
  });

  test("belong to the browser with another key held", () => {
    expect([key("j", { ctrlKey: true }), key("k", { metaKey: true }), key("/", { altKey: true })]).toEqual([
      null,
      null,
      null,
    ]);
  });

  test.each<["next" | "previous", number, number, number | null]>([
    ["next", -1, 3, 0],
    ["next", 0, 3, 1],
    ["next", 2, 3, 2],
    ["previous", -1, 3, 2],
    ["previous", 0, 3, 0],
    ["next", -1, 0, null],
  ])("%s from row %i of %i leads to %s", (action, current, rows, expected) => {
    expect(rowAfter(action, current, rows)).toBe(expected);
  });
});

describe("an empty list", () => {
  const empty = { tab: "mine", isBlind: false, others: 0, isMore: false, names: [] } as const;

  test.each<[Emptiness, string]>([
    [empty, "Nothing waits for you. Nothing waits for anybody else either."],
    [{ ...empty, others: null }, "Nothing waits for you."],
    [{ ...empty, others: 1, names: ["security-duty"] }, "Nothing waits for you. 1 waits for security-duty."],
    [
      { ...empty, others: 3, names: ["aks-platform", "security-duty"] },
      "Nothing waits for you. 3 wait for aks-platform, security-duty.",
    ],
    [{ ...empty, others: 50, isMore: true }, "Nothing waits for you. More than 50 wait for others."],
    [{ ...empty, isBlind: true, others: 2 }, "Nobody can tell what waits for you. 2 wait for others."],
    [{ ...empty, tab: "others" }, "Nothing waits for anybody else."],
    [{ ...empty, tab: "decided" }, "Nothing was decided yet."],
  ])("%j says: %s", (of, expected) => {
    expect(emptySentence(of)).toBe(expected);
  });
});

describe("pages of a list", () => {
  const page = (...ids: string[]) => ({ requests: ids.map((id) => ({ id })) as never, nextCursor: null });

  test("have each request once, and none of another list", () => {
    expect(joined([page("a", "b"), page("b", "c", "d")], [{ id: "d" as never }]).map(({ id }) => id)).toEqual(
      ["a", "b", "c"],
    );
  });
});

describe("drafts", () => {
  test("are kept by request, and are gone when they are empty or somebody signs out", () => {
    const drafts = new Drafts();
    drafts.write("a", "It is fine.");
    drafts.write("b", "No.");
    drafts.write("b", "");

    expect(drafts.all()).toEqual({ a: "It is fine." });
    drafts.clear();
    expect(drafts.of("a")).toBe("");
  });
});

describe("the app's time", () => {
  test.each<[string, string, number]>([
    ["is the machine's where the two agree", "Mon, 02 Mar 2026 09:00:04 GMT", 0],
    ["is ahead of it by what the app says", "Mon, 02 Mar 2026 13:00:00 GMT", 4 * 3_600_000],
    ["is the machine's where the app says nothing", "", 0],
  ])("%s", (_what, date, ahead) => {
    const clock = new AppClock(() => Date.parse(NINE));

    clock.heard(date);

    expect(clock.now() - Date.parse(NINE)).toBe(ahead);
  });

  test("does not jump about with every answer", () => {
    const clock = new AppClock(() => Date.parse(NINE));
    clock.heard("Mon, 02 Mar 2026 13:00:00 GMT");

    clock.heard("Mon, 02 Mar 2026 13:00:02 GMT");

    expect(clock.offset.get()).toBe(4 * 3_600_000);
  });
});

describe("what is kept for the way to Entra and back", () => {
  const pending: Pending = {
    state: "s",
    nonce: "n",
    verifier: "v",
    isSilent: true,
    hash: "#/",
    drafts: { a: "b" },
    sub: "s-1",
  };
  const aTab = () => {
    const kept = new Map<string, string>();
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
      removeItem: (key: string) => void kept.delete(key),
    };
  };

  test("is taken once", () => {
    const tab = aTab();
    keepPending(tab, pending);

    expect(takePending(tab)).toEqual(pending);
    expect(takePending(tab)).toBeNull();
    expect(tab.kept.size).toBe(0);
  });

  test.each(["", "{", "null", '"text"', '{"state":1}'])(
    "%j is nothing of ours, and does not stay",
    (text) => {
      const tab = aTab();
      keepPending(tab, pending);
      for (const key of tab.kept.keys()) tab.kept.set(key, text);

      expect(takePending(tab)).toBeNull();
      expect(tab.kept.size).toBe(0);
    },
  );
});
