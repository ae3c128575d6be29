import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { fileSwitches } from "../../../shared/policy-in-force/file-switches.ts";
import { SwitchesInForce } from "../../../shared/policy-in-force/switches.ts";

const START = Date.parse("2026-11-02T10:00:00.000Z");
type Offer = string | null | Error | Promise<null>;

/** Switches that say what they are told to; `next` is what they say after each pause, in order. */
function aWorld(offer: Offer = null) {
  const world = { offer, next: [] as Offer[], now: START, pauses: 0, news: [] as string[] };
  const switches = new SwitchesInForce({
    source: {
      file: "switches.json",
      read: async () => {
        if (world.offer instanceof Error) throw world.offer;
        return world.offer;
      },
    },
    now: () => world.now,
    pause: async () => {
      world.pauses++;
      if (world.next.length > 0) world.offer = world.next.shift() ?? null;
    },
  });
  /** What they come to, so many seconds later and with this on offer. */
  const saysAfter = async (seconds: number, offered: Offer) => {
    world.offer = offered;
    world.now += seconds * 1_000;
    await switches.look((level, line) => void world.news.push(`${level} ${line}`));
    const { killSwitch, writes } = switches.status();
    return `${killSwitch} ${writes}`;
  };
  return { world, saysAfter, status: () => switches.status() };
}

const BOTH = '{"killSwitch":"on","writes":"off"}';
const AWAY = new Error("switches.json cannot be read: EIO");

describe("what the switches say", () => {
  test.each<[string, Offer, string]>([
    ["nothing where there are none", null, "off on"],
    ["what is there", BOTH, "on off"],
    ["only one of them", '{"writes":"off"}', "off off"],
    ["nothing", " {}\n", "off on"],
    ["everything is stopped when it is no JSON", "killSwitch: on", "on off"],
    ["or half of it", '{"killSwitch":"off"', "on off"],
    ["or empty", "", "on off"],
    ["or no object", '"on"', "on off"],
    ["or has a name that means nothing", '{"killswitch":"on"}', "on off"],
    ["or a word that means nothing", '{"writes":"of"}', "on off"],
    ["or true and false", '{"killSwitch":false}', "on off"],
    ["or when they cannot be read at the start", AWAY, "on off"],
  ])("%s", async (_what, offer, expected) => {
    const { saysAfter } = aWorld();

    expect(await saysAfter(0, offer)).toBe(expected);
  });

  test("whatever stands there, it opens nothing that the word off or on does not", async () => {
    const anything = fc.oneof(fc.string(), fc.json(), fc.constantFrom("{}", BOTH, '{"killSwitch":"off"}'));
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        const { saysAfter, status } = aWorld();
        const isOpen = (await saysAfter(0, text)) === "off on";

        expect(status().isStopped).toBe(!isOpen && !/"(killSwitch|writes)"\s*:\s*"o(n|ff)"/.test(text));
      }),
    );
  });
});

describe("a second look", () => {
  test("is not needed by what is legal, nor by what is absent from the start and stays so", async () => {
    const { saysAfter, world } = aWorld();

    for (const offer of [null, null, BOTH, "{}", "{}"]) await saysAfter(6, offer);

    expect(world.pauses).toBe(0);
  });

  test.each<[string, Offer]>([
    ["half of what is being written", "{"],
    ["nothing, while it is replaced", null],
    ["an error, while it is replaced", AWAY],
  ])("a second later mends %s", async (_what, glimpse) => {
    const { saysAfter, world } = aWorld();
    await saysAfter(0, BOTH);
    world.next = ['{"writes":"off"}', '{"writes":"off"}'];

    expect(await saysAfter(6, glimpse)).toBe("off off");

    expect(world.news.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  test("opens what was stopped when they are gone, not the first", async () => {
    const { saysAfter, world } = aWorld();
    await saysAfter(0, BOTH);

    expect(await saysAfter(6, null)).toBe("off on");

    expect(world.pauses).toBe(1);
  });

  test("that finds the same mistake stops everything at once", async () => {
    const { saysAfter } = aWorld();
    await saysAfter(0, "{}");

    expect(await saysAfter(6, '{"writes":"of"}')).toBe("on off");
  });

  test("is not made again and again for the same mistake", async () => {
    const { saysAfter, world } = aWorld();

    for (let looks = 0; looks < 5; looks++) await saysAfter(6, "{");

    expect(world.pauses).toBe(1);
    expect(world.news).toHaveLength(1);
  });
});

describe("switches that cannot be read", () => {
  test("stand as they were for a minute, then everything is stopped; each is told once", async () => {
    const { saysAfter, status, world } = aWorld();
    await saysAfter(0, '{"writes":"off"}');
    world.news.length = 0;

    expect(await saysAfter(30, AWAY)).toBe("off off");
    expect(await saysAfter(30, AWAY)).toBe("off off");
    expect(status()).toMatchObject({ isStopped: false, problem: { because: AWAY.message } });
    expect(await saysAfter(1, AWAY)).toBe("on off");
    expect(await saysAfter(60, AWAY)).toBe("on off");

    expect(status()).toMatchObject({ isStopped: true, readAt: "2026-11-02T10:00:00.000Z" });
    expect(world.news).toEqual([
      `error policy: the switches cannot be read, so the last ones stand: ${AWAY.message}`,
      `error policy: stopped: nothing is approved by policy, or written: ${AWAY.message}`,
    ]);
    expect(await saysAfter(6, "{}")).toBe("off on");
    expect(world.news.at(-1)).toBe(
      "info policy: the switches of switches.json stand at killSwitch off, writes on",
    );
    expect(status()).toMatchObject({ isStopped: false, problem: null });
  });

  test("do not come loose by a clock that is set back", async () => {
    const { saysAfter } = aWorld();
    await saysAfter(0, null);

    expect(await saysAfter(-3_600, AWAY)).toBe("on off");
  });

  test("hang for ten seconds and no longer", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { saysAfter, world } = aWorld();

    const stopped = saysAfter(0, new Promise<null>(() => undefined));
    await vi.advanceTimersByTimeAsync(10_000);

    expect(await stopped).toBe("on off");
    expect(world.news[0]).toMatch(/switches\.json cannot be read: no answer within 10 s$/);
  });
});

describe("switches in a file beside the policy", () => {
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), "switches-"));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
  };

  test("are read where the policy lies, whatever that is called", async () => {
    const place = folder();
    const { file, read } = fileSwitches(join(place, "policy.yaml"));
    const absent = await read();
    writeFileSync(join(place, "switches.json"), BOTH);

    expect(file).toBe(join(place, "switches.json"));
    expect([absent, await read()]).toEqual([null, BOTH]);
  });

  test("are unreadable when they are a folder, too large or no text, not absent", async () => {
    const place = folder();
    const { read } = fileSwitches(join(place, "policy.yaml"));
    mkdirSync(join(place, "switches.json"));
    await expect(read()).rejects.toThrow("switches.json cannot be read: it is a folder.");

    rmSync(join(place, "switches.json"), { recursive: true });
    writeFileSync(join(place, "switches.json"), " ".repeat(4_097));
    await expect(read()).rejects.toThrow("switches.json is larger than 4 KiB; make it smaller.");

    writeFileSync(join(place, "switches.json"), Buffer.from([0xff]));
    await expect(read()).rejects.toThrow("switches.json is no UTF-8 text; save it as UTF-8.");
  });
});
