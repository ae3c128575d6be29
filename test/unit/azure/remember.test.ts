import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { remember } from "../../../shared/azure/remember.ts";
import { NINE } from "../../fixtures/builders.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse(NINE) }));
afterEach(() => void vi.useRealTimers());

const BOUNDS = { forMs: 1_000, nothingForMs: 100, atMost: 3 };

/** A source that answers with these in turn, and then with how often it was asked. */
function aSource(...answers: readonly (string | null | Error)[]) {
  const asked: string[] = [];
  const ask = async (key: string): Promise<string | null> => {
    asked.push(key);
    const answer = answers[asked.length - 1];
    if (answer instanceof Error) throw answer;
    return answer === undefined ? `${key}${asked.length}` : answer;
  };
  return { asked, read: remember(ask, BOUNDS) };
}

describe("what is remembered", () => {
  test("was asked for once, by those who ask at the same time and by those who come later", async () => {
    const { read, asked } = aSource();

    const found = [...(await Promise.all([read("a"), read("a")])), await read("a"), await read("b")];

    expect(found).toEqual(["a1", "a1", "a1", "b2"]);
    expect(asked).toEqual(["a", "b"]);
  });

  test("is asked for again when its time is over", async () => {
    const { read } = aSource();
    await read("a");

    vi.setSystemTime(Date.parse(NINE) + 999);
    expect(await read("a")).toBe("a1");
    vi.setSystemTime(Date.parse(NINE) + 1_000);
    expect(await read("a")).toBe("a2");
    expect(await read("a")).toBe("a2");
  });

  test("can be that there is nothing, for a time of its own", async () => {
    const { read, asked } = aSource(null);
    expect([await read("a"), await read("a")]).toEqual([null, null]);

    vi.setSystemTime(Date.parse(NINE) + 99);
    expect(await read("a")).toBeNull();
    expect(asked).toHaveLength(1);
    vi.setSystemTime(Date.parse(NINE) + 100);
    expect(await read("a")).toBe("a2");
  });

  test("is forgotten, the oldest first, when there is too much of it", async () => {
    const { read, asked } = aSource();
    for (const key of ["a", "b", "c", "d", "b", "c", "d", "a"]) await read(key);

    expect(asked).toEqual(["a", "b", "c", "d", "a"]);
  });

  test("and asked for anew costs no other its place", async () => {
    const { read, asked } = aSource();
    for (const key of ["a", "b", "c"]) await read(key);
    vi.setSystemTime(Date.parse(NINE) + 1_000);
    await read("c");
    vi.setSystemTime(Date.parse(NINE) + 999);

    for (const key of ["a", "b", "c"]) await read(key);
    expect(asked).toEqual(["a", "b", "c", "c"]);
  });
});

describe("what is not remembered", () => {
  test("is a failure: all who asked meanwhile share it, the next one does not", async () => {
    const { read, asked } = aSource(new Error("busy"));

    const both = await Promise.allSettled([read("a"), read("a")]);

    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await read("a")).toBe("a2");
    expect(asked).toHaveLength(2);
  });

  test("is an old failure's, when a new answer is there already", async () => {
    const late = Promise.withResolvers<string>();
    const answers = [late.promise, Promise.resolve("new")];
    const read = remember(async () => answers.shift() ?? Promise.resolve("asked again"), BOUNDS);
    const old = read("a");
    vi.setSystemTime(Date.parse(NINE) + 1_000);
    expect(await read("a")).toBe("new");

    late.reject(new Error("late"));

    await expect(old).rejects.toThrow("late");
    expect(await read("a")).toBe("new");
  });
});
