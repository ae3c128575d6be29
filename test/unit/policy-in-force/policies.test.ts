import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { buildPolicy } from "../../../shared/policy/file/build-policy.ts";
import type { Mode } from "../../../shared/policy/index.ts";
import type { Signers } from "../../../shared/policy/signatures.ts";
import { PoliciesInForce } from "../../../shared/policy-in-force/policies.ts";
import type { PolicyFiles, Standing } from "../../../shared/policy-in-force/port.ts";
import { SwitchesInForce } from "../../../shared/policy-in-force/switches.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import { built, newKey, signed, signersOf } from "../../fixtures/signers.ts";

const START = Date.parse("2026-11-02T10:00:00.000Z");

/** A policy of so many approve rules, all told. */
function policyOf(rules: number, { head = "", comment = "" } = {}): string {
  const written = Array.from(
    { length: rules },
    (_, index) => `  - { name: r${index}, when: { endpoint: { name: pe-${index} } }, then: approve }\n`,
  );
  return `${comment}apiVersion: policy/v1
kind: ConnectionPolicy
${head}approvers: { team: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] } }
default: { ask: { approvers: [team] } }
rules:${rules === 0 ? " []\n" : `\n${written.join("")}`}`;
}
const BROKEN = policyOf(1).replace("then: approve", "then: aprove").replace("[team]", "[taem]");

const filesOf = (text: string, file = "policy.yaml"): PolicyFiles => ({ file, text, lists: new Map() });

/** The store that several instances of the app share. */
function aStanding(): Standing {
  const store = openSqliteStore(":memory:");
  onTestFinished(() => store.close());
  return store.standing;
}

interface Around {
  readonly modeAtMost: Mode;
  readonly approvalsOff: boolean;
  readonly standing: Standing;
  readonly signers: Signers | null;
}

/** Policies from a source that offers what it is told to, at a time that passes when it is told to. */
function aPolicy(
  offer: string | PolicyFiles | Error | Promise<PolicyFiles>,
  {
    approvalsOff = false,
    modeAtMost = "enforce",
    standing = aStanding(),
    signers = null,
  }: Partial<Around> = {},
) {
  const world = {
    offer,
    now: START,
    looks: 0,
    news: [] as string[],
    switches: null as string | null | Error,
  };
  const switches = new SwitchesInForce({
    source: {
      file: "switches.json",
      read: async () => {
        if (world.switches instanceof Error) throw world.switches;
        return world.switches;
      },
    },
    now: () => world.now,
    pause: async () => undefined,
  });
  const policies = new PoliciesInForce({
    source: {
      read: async () => {
        world.looks++;
        if (world.offer instanceof Error) throw world.offer;
        return typeof world.offer === "string" ? filesOf(world.offer) : world.offer;
      },
    },
    approvalsOff,
    modeAtMost,
    switches,
    signers,
    standing,
    rejectionDelayMs: 600_000,
    now: () => world.now,
  });
  const report = (level: string, line: string) => void world.news.push(`${level} ${line}`);
  return {
    world,
    load: () => policies.load(report),
    refresh: () => policies.refresh(report),
    status: () => policies.status(),
    switches: () => policies.switches(),
    areWritesOn: () => policies.areWritesOn(report),
    current: () => policies.current(report),
    rejectsFrom: async () => (await policies.inForce(report)).rejectsFrom,
    /** The rules in force after this many seconds, with this on offer. */
    rulesAfter: async (
      seconds: number,
      next: string | PolicyFiles | Error | Promise<PolicyFiles> = BROKEN,
    ): Promise<number> => {
      world.offer = next;
      world.now += seconds * 1_000;
      return (await policies.current(report)).rules.length;
    },
  };
}

const shownHash = (hash: string): string => `${hash.slice(0, 6)}…`;

describe("when the app starts", () => {
  test("a sound policy is in force, and the log says which", async () => {
    const { load, current, status, world } = aPolicy(policyOf(2));

    await load();

    const { hash, rules } = await current();
    expect(rules.map(({ name }) => name)).toEqual(["r0", "r1"]);
    expect(world.news).toEqual([`info policy: now in force: policy.yaml (hash ${shownHash(hash)}, 2 rules)`]);
    expect(status()).toEqual({
      file: "policy.yaml",
      version: null,
      text: policyOf(2),
      hash,
      mode: "enforce",
      approvals: "on",
      rules: 2,
      inForceSince: "2026-11-02T10:00:00.000Z",
      rejectsFrom: "2026-11-02T10:10:00.000Z",
      readAt: "2026-11-02T10:00:00.000Z",
      refusals: 0,
      refused: null,
      lastLookFailed: null,
    });
  });

  test("a broken policy stops it with every problem, at their places, and no stack", async () => {
    const { load, current, status, world } = aPolicy(BROKEN);

    const error = await load().catch((thrown: unknown) => thrown);

    if (!(error instanceof Error)) throw new Error("It started.");
    expect(error.message).toMatch(
      /^The policy cannot be used:\npolicy\.yaml:4:31: error: .*"taem".*\n[\s\S]*\npolicy\.yaml:6:.*: error: .*aprove/,
    );
    expect(error.stack).toBe(error.message);
    expect(world.news).toEqual([]);
    await expect(current()).rejects.toThrow("No policy is in force");
    expect(status).toThrow("No policy is in force");
  });

  test("a source with nothing in it stops it with its own words", async () => {
    const { load, current } = aPolicy(new Error("/x/policy.yaml cannot be read: ENOENT"));

    await expect(load()).rejects.toThrow("The policy cannot be read: /x/policy.yaml cannot be read: ENOENT");
    await expect(current()).rejects.toThrow("No policy is in force");
  });

  test("a file that ends in .json is a policy that was built", async () => {
    const built = buildPolicy(policyOf(3), "policy.yaml");
    if (built.kind !== "built") throw new Error("It was not built.");
    const { load, current, status } = aPolicy(filesOf(built.json, "dist/policy.json"));

    await load();

    expect((await current()).rules).toHaveLength(3);
    expect(status()).toMatchObject({ file: "dist/policy.json", text: policyOf(3) });
    await expect(aPolicy(filesOf(policyOf(3), "dist/policy.json")).load()).rejects.toThrow(
      "The policy cannot be used:\ndist/policy.json",
    );
  });

  test("with the kill switch on, and in a weaker mode, the log says so, and the policy differs", async () => {
    const normal = aPolicy(policyOf(1));
    const off = aPolicy(policyOf(1, { head: "mode: approveOnly\n" }), { approvalsOff: true });

    await Promise.all([normal.load(), off.load()]);

    expect(off.status()).toMatchObject({ approvals: "off", mode: "approveOnly", rules: 1 });
    expect(off.world.news).toEqual([expect.stringMatching(/, 1 rule, mode approveOnly, approvals off\)$/)]);
    expect((await off.current()).approvals).toBe("off");
    expect(off.status().hash).not.toBe(normal.status().hash);
  });
});

describe("a policy that may do no more than a mode", () => {
  test.each<[said: Mode, most: Mode, inForce: Mode]>([
    ["enforce", "enforce", "enforce"],
    ["enforce", "approveOnly", "approveOnly"],
    ["enforce", "shadow", "shadow"],
    ["approveOnly", "enforce", "approveOnly"],
    ["approveOnly", "shadow", "shadow"],
    ["shadow", "approveOnly", "shadow"],
  ])("says %s, and with %s as the most it is in mode %s", async (said, most, inForce) => {
    const text = policyOf(1, { head: `mode: ${said}\n` });
    const free = aPolicy(text);
    const held = aPolicy(text, { modeAtMost: most });

    await Promise.all([free.load(), held.load()]);

    const { mode, isEnforced } = await held.current();
    expect({ mode, isEnforced }).toEqual({ mode: inForce, isEnforced: inForce === "enforce" });
    expect(held.status().hash === free.status().hash).toBe(said === inForce);
  });
});

describe("a source that does not answer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const LATE = "no answer within 10 s";

  test("is given up after ten seconds when the app starts", async () => {
    const { load } = aPolicy(new Promise<PolicyFiles>(() => undefined));

    const started = expect(load()).rejects.toThrow(`The policy cannot be read: ${LATE}`);
    await vi.advanceTimersByTimeAsync(10_000);

    await started;
  });

  test("has failed while the app runs: the old policy goes on, and it is not asked again before it answers", async () => {
    const { load, refresh, rulesAfter, status, world } = aPolicy(policyOf(1));
    await load();
    const { promise, resolve } = Promise.withResolvers<PolicyFiles>();

    const first = rulesAfter(60, promise);
    await vi.advanceTimersByTimeAsync(10_000);
    const second = expect(refresh()).rejects.toThrow(`the last one stays in force: ${LATE}`);
    await vi.advanceTimersByTimeAsync(10_000);

    expect(await first).toBe(1);
    await second;
    expect(world.looks).toBe(2);
    expect(world.news.slice(1)).toEqual([
      `error policy: cannot be read, the last one stays in force: ${LATE}`,
    ]);
    expect(status().lastLookFailed).toMatchObject({ because: LATE });

    resolve(filesOf(policyOf(2)));
    await vi.advanceTimersByTimeAsync(0);
    expect(await rulesAfter(60, policyOf(3))).toBe(3);
    expect(world.looks).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("while the app runs", () => {
  test("it looks again when the last look is more than five seconds old, not before", async () => {
    const { load, rulesAfter, world } = aPolicy(policyOf(1));
    await load();

    expect(await rulesAfter(5, policyOf(2))).toBe(1);
    expect(world.looks).toBe(1);
    expect(await rulesAfter(0.001, policyOf(2))).toBe(2);
    expect(await rulesAfter(4, policyOf(3))).toBe(2);
    expect(world.looks).toBe(2);
    expect(await rulesAfter(-3_600, policyOf(3))).toBe(3);
  });

  test("whoever asks while it looks waits for the same look", async () => {
    const { load, current, world } = aPolicy(policyOf(1));
    await load();
    world.offer = policyOf(2);
    world.now += 60_000;

    const seen = await Promise.all([current(), current(), current()]);

    expect(seen.map(({ rules }) => rules.length)).toEqual([2, 2, 2]);
    expect(world.looks).toBe(2);
  });

  test("another policy is in force since it was read", async () => {
    const { load, refresh, status, world } = aPolicy(policyOf(1));
    await load();
    const before = status();
    world.offer = policyOf(2);
    world.now += 60_000;

    await refresh();

    expect(status().hash).not.toBe(before.hash);
    expect(status()).toMatchObject({
      inForceSince: "2026-11-02T10:01:00.000Z",
      readAt: "2026-11-02T10:01:00.000Z",
    });
    expect(world.news.at(-1)).toBe(
      `info policy: now in force: policy.yaml (hash ${shownHash(status().hash)}, 2 rules)`,
    );
  });

  test("a comment changes the text and nothing else", async () => {
    const { load, refresh, status, world } = aPolicy(policyOf(1));
    await load();
    const before = status();
    world.offer = policyOf(1, { comment: "# reviewed\n" });
    world.now += 60_000;

    await refresh();

    expect(status()).toEqual({ ...before, text: world.offer, readAt: "2026-11-02T10:01:00.000Z" });
    expect(world.news.at(-1)).toMatch(/^info policy: written anew, but says the same: policy\.yaml \(hash /);
  });

  test("a broken policy is refused, told once with all its problems, and the old one goes on", async () => {
    const { load, refresh, rulesAfter, status, world } = aPolicy(policyOf(1));
    await load();

    expect(await rulesAfter(60)).toBe(1);
    expect(await rulesAfter(60)).toBe(1);
    await expect(refresh()).rejects.toThrow(
      "policy.yaml is refused for 2 problems, the last one stays in force.",
    );

    expect(world.news.slice(1)).toEqual([
      expect.stringMatching(
        /^error policy: refused, the last one stays in force: policy\.yaml\npolicy\.yaml:4:31: error: [\s\S]*aprove/,
      ),
    ]);
    expect(status()).toMatchObject({
      text: policyOf(1),
      readAt: "2026-11-02T10:00:00.000Z",
      refusals: 1,
      refused: {
        at: "2026-11-02T10:01:00.000Z",
        problems: [expect.stringMatching(/^policy\.yaml:4:31: error: /), expect.stringContaining("aprove")],
      },
    });
  });

  test.each([
    ["a sound one takes its place", policyOf(2), 2],
    ["the old one is put back", policyOf(1), 1],
  ])("a refusal is over when %s", async (_how, next, rules) => {
    const { load, refresh, rulesAfter, status } = aPolicy(policyOf(1));
    await load();
    await rulesAfter(60);

    expect(await rulesAfter(60, next)).toBe(rules);

    expect(status()).toMatchObject({ refusals: 1, refused: null, readAt: "2026-11-02T10:02:00.000Z" });
    await expect(refresh()).resolves.toBeUndefined();
  });

  test("that a refused change was undone is told, once", async () => {
    const { load, rulesAfter, world } = aPolicy(policyOf(1));
    await load();
    await rulesAfter(60, BROKEN);
    const before = world.news.length;

    await rulesAfter(60, policyOf(1));
    await rulesAfter(60, policyOf(1));

    expect(world.news.slice(before)).toEqual([
      expect.stringMatching(
        /^info policy: no longer refused, the same as before is in force: policy\.yaml \(hash /,
      ),
    ]);
  });

  test("every different offer that is refused counts, also one that was refused before another", async () => {
    const { load, rulesAfter, status, world } = aPolicy(policyOf(1));
    await load();

    await rulesAfter(60, BROKEN);
    await rulesAfter(60, "");
    await rulesAfter(60, BROKEN);

    expect(status().refusals).toBe(3);
    expect(world.news).toHaveLength(4);
  });

  test("thousands of problems are counted, not told", async () => {
    const { load, rulesAfter, status } = aPolicy(policyOf(0));
    await load();

    await rulesAfter(60, policyOf(80).replaceAll("approve }", "aprove }"));

    expect(status().refused?.problems).toHaveLength(51);
    expect(status().refused?.problems.at(-1)).toBe("and 30 more");
  });

  test("a source that fails changes nothing; the failure is told once, and thrown at whoever refreshes", async () => {
    const { load, refresh, rulesAfter, status, world } = aPolicy(policyOf(1));
    await load();

    expect(await rulesAfter(60, new Error("It is gone."))).toBe(1);
    expect(await rulesAfter(60, new Error("It is gone."))).toBe(1);
    await expect(refresh()).rejects.toThrow(
      "The policy cannot be read, the last one stays in force: It is gone.",
    );

    expect(world.news.slice(1)).toEqual([
      "error policy: cannot be read, the last one stays in force: It is gone.",
    ]);
    expect(status()).toMatchObject({
      readAt: "2026-11-02T10:00:00.000Z",
      lastLookFailed: { at: "2026-11-02T10:02:00.000Z", because: "It is gone." },
    });
    expect(await rulesAfter(60, policyOf(2))).toBe(2);
    expect(status().lastLookFailed).toBeNull();
  });

  test("a list beside the policy is part of it", async () => {
    const text = policyOf(1).replace("name: pe-0", "name: { in: teams }");
    const withList = (list: string): PolicyFiles => ({
      ...filesOf(text),
      lists: new Map([["lists/teams.txt", list]]),
    });
    const { load, refresh, status, world } = aPolicy(withList("pe-a\n"));
    await load();
    const before = status().hash;

    world.offer = withList("pe-a\npe-b\n");
    await refresh();
    const after = status().hash;
    world.offer = filesOf(text);

    expect(after).not.toBe(before);
    await expect(refresh()).rejects.toThrow("policy.yaml is refused for 1 problem,");
    expect(status().hash).toBe(after);
  });
});

describe("a policy and its lists, saved one after the other", () => {
  const naming = (list: string) => policyOf(1).replace("name: pe-0", `name: { in: ${list} }`);
  const saved = (text: string, lists: Record<string, string>): PolicyFiles => ({
    ...filesOf(text),
    lists: new Map(Object.entries(lists)),
  });

  test("a policy that names a list which is not there yet is refused, and the old one decides until it is", async () => {
    const { load, rejectsFrom, rulesAfter, status, world } = aPolicy(policyOf(3));
    await load();

    expect(await rulesAfter(60, saved(naming("teams"), {}))).toBe(3);
    expect(status().refused?.problems.join()).toContain("teams");
    expect(await rulesAfter(12, saved(naming("teams"), { "lists/teams.txt": "pe-a\n" }))).toBe(1);

    expect(status().refused).toBeNull();
    expect(await rejectsFrom()).toBe("2026-11-02T10:11:12.000Z");
    expect(world.news.filter((line) => line.startsWith("error"))).toHaveLength(1);
  });

  test("a list that no rule names yet changes nothing; that the policy names it then does", async () => {
    const { load, rejectsFrom, rulesAfter } = aPolicy(saved(policyOf(1), {}));
    await load();

    await rulesAfter(60, saved(policyOf(1), { "lists/teams.txt": "pe-a\n" }));
    expect(await rejectsFrom()).toBe("2026-11-02T10:10:00.000Z");
    await rulesAfter(60, saved(naming("teams"), { "lists/teams.txt": "pe-a\n" }));
    expect(await rejectsFrom()).toBe("2026-11-02T10:12:00.000Z");
  });

  test("a list with a mistake is refused, also while no rule names it", async () => {
    const { load, refresh, world } = aPolicy(saved(policyOf(1), {}));
    await load();
    world.offer = saved(policyOf(1), { "lists/teams.yaml": "{ not: a list }" });

    await expect(refresh()).rejects.toThrow(
      "policy.yaml is refused for 1 problem, the last one stays in force.",
    );
  });

  test("a list that is saved after its policy begins the ten minutes anew", async () => {
    const { load, rejectsFrom, rulesAfter } = aPolicy(
      saved(naming("teams"), { "lists/teams.txt": "pe-a\n" }),
    );
    await load();

    await rulesAfter(12, saved(naming("teams"), { "lists/teams.txt": "pe-a\npe-b\n" }));

    expect(await rejectsFrom()).toBe("2026-11-02T10:10:12.000Z");
  });
});

describe("from when on a policy may reject", () => {
  test("is ten minutes after it came into force, and another one begins anew", async () => {
    const { load, rejectsFrom, rulesAfter } = aPolicy(policyOf(1));
    await load();

    expect(await rejectsFrom()).toBe("2026-11-02T10:10:00.000Z");
    await rulesAfter(60, policyOf(2));
    expect(await rejectsFrom()).toBe("2026-11-02T10:11:00.000Z");
    await rulesAfter(60, policyOf(1));
    expect(await rejectsFrom()).toBe("2026-11-02T10:12:00.000Z");
  });

  test("is the same after a look that finds the same, or another comment, or nothing that can be used", async () => {
    const { load, rejectsFrom, rulesAfter } = aPolicy(policyOf(1));
    await load();

    for (const offer of [policyOf(1), policyOf(1, { comment: "# why\n" }), BROKEN, new Error("It is gone.")])
      await rulesAfter(60, offer);

    expect(await rejectsFrom()).toBe("2026-11-02T10:10:00.000Z");
  });

  test("outlives the process, as long as no other policy was in force in between", async () => {
    const standing = aStanding();
    await aPolicy(policyOf(1), { standing }).load();
    const again = aPolicy(policyOf(1), { standing });
    again.world.now += 3_600_000;
    await again.load();
    const other = aPolicy(policyOf(2), { standing });
    other.world.now += 7_200_000;
    await other.load();

    expect(again.status()).toMatchObject({
      inForceSince: "2026-11-02T11:00:00.000Z",
      rejectsFrom: "2026-11-02T10:10:00.000Z",
    });
    expect(other.status().rejectsFrom).toBe("2026-11-02T12:10:00.000Z");
  });

  test("never comes while two instances have different policies, and comes when they agree again", async () => {
    const standing = aStanding();
    const [one, other] = [aPolicy(policyOf(1), { standing }), aPolicy(policyOf(2), { standing })];
    await one.load();
    await other.load();
    const minute = async (offer: string) => {
      await one.rulesAfter(60, policyOf(1));
      await other.rulesAfter(60, offer);
    };

    for (let minutes = 0; minutes < 60; minutes++) {
      await minute(policyOf(2));
      for (const { world, status } of [one, other])
        expect(Date.parse(status().rejectsFrom ?? "") - world.now).toBeGreaterThan(8 * 60_000);
    }
    for (let minutes = 0; minutes < 11; minutes++) await minute(policyOf(1));

    for (const { world, status } of [one, other])
      expect(Date.parse(status().rejectsFrom ?? "")).toBeLessThanOrEqual(world.now);
  });

  test("is not known while the store does not answer, which holds up nothing for more than two seconds", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const whole = aStanding();
    let isHanging = false;
    const standing: Standing = {
      ...whole,
      since: (...of) => (isHanging ? new Promise(() => undefined) : whole.since(...of)),
    };
    const { load, rulesAfter, status, world } = aPolicy(policyOf(1), { standing });
    await load();
    isHanging = true;

    const rules = rulesAfter(60, policyOf(1));
    await vi.advanceTimersByTimeAsync(2_000);

    expect(await rules).toBe(1);
    expect(status().rejectsFrom).toBeNull();
    expect(world.news.at(-1)).toMatch(/^error policy: rejects nothing, .* no answer within 2 s$/);
  });

  test("is not known while the store is away: it is told once, the policy goes on deciding, and it passes", async () => {
    const whole = aStanding();
    let isAway = true;
    const standing: Standing = {
      ...whole,
      since: async (...of) => {
        if (isAway) throw new Error("disk I/O error");
        return whole.since(...of);
      },
    };
    const { load, rejectsFrom, rulesAfter, world } = aPolicy(policyOf(1), { standing });
    await load();

    expect(await rejectsFrom()).toBeNull();
    expect(await rulesAfter(60, policyOf(2))).toBe(2);
    expect(world.news.filter((line) => line.startsWith("error"))).toEqual([
      "error policy: rejects nothing, since it cannot be told since when it is in force: disk I/O error",
    ]);
    isAway = false;
    await rulesAfter(60, policyOf(2));
    expect(await rejectsFrom()).toBe("2026-11-02T10:12:00.000Z");
  });
});

describe("the switches beside the policy", () => {
  const ON = '{"killSwitch":"on"}';

  test("turn approvals by policy off and on while the app runs: it is another policy each time", async () => {
    const { load, current, status, world } = aPolicy(policyOf(1));
    await load();
    const before = status().hash;
    const seenWith = async (switches: string | null) => {
      world.switches = switches;
      world.now += 60_000;
      return current();
    };

    const off = await seenWith(ON);
    const still = await seenWith(ON);
    const on = await seenWith(null);

    expect([off.approvals, still.approvals, on.approvals]).toEqual(["off", "off", "on"]);
    expect(off.hash).not.toBe(before);
    expect([still.hash, on.hash]).toEqual([off.hash, before]);
    expect(status().inForceSince).toBe("2026-11-02T10:03:00.000Z");
    expect(world.news.slice(1)).toEqual([
      "info policy: the switches of switches.json stand at killSwitch on, writes on",
      expect.stringMatching(/^info policy: now in force: policy\.yaml .*approvals off\)$/),
      "info policy: the switches of switches.json stand at killSwitch off, writes on",
      expect.stringMatching(/^info policy: now in force: policy\.yaml .*1 rule\)$/),
    ]);
  });

  test("are looked at also while the policy cannot be read, or is refused, which then stays refused", async () => {
    const { load, rulesAfter, current, status, world } = aPolicy(policyOf(1));
    await load();

    world.switches = ON;
    await rulesAfter(60, new Error("It is gone."));
    expect((await current()).approvals).toBe("off");
    world.switches = null;
    await rulesAfter(60, BROKEN);

    expect((await current()).approvals).toBe("on");
    expect(status().refused).not.toBeNull();
  });

  test("stop only: where the setting is on, they do not turn it off", async () => {
    const { load, current, world } = aPolicy(policyOf(1), { approvalsOff: true });
    world.switches = '{"killSwitch":"off"}';
    await load();

    expect((await current()).approvals).toBe("off");
  });

  test("stop everything when they are no switches, from the start, and whoever refreshes hears of it", async () => {
    const { load, refresh, current, areWritesOn, switches, world } = aPolicy(policyOf(1));
    world.switches = "{";

    await load();

    expect((await current()).approvals).toBe("off");
    expect(await areWritesOn()).toBe(false);
    expect(switches()).toMatchObject({ isStopped: true, isThere: false });
    await expect(refresh()).rejects.toThrow(
      'What the switches beside the policy say cannot be told: switches.json is not like {"killSwitch":"on","writes":"off"}; mend it, or take it away.',
    );
    expect(world.news[0]).toMatch(/^error policy: stopped: nothing is approved by policy, or written: /);
  });

  test("hold the writes within seconds, and let them go again", async () => {
    const { load, areWritesOn, world } = aPolicy(policyOf(1));
    await load();
    const seenWith = async (switches: string | null) => {
      world.switches = switches;
      world.now += 6_000;
      return areWritesOn();
    };

    expect([
      await seenWith('{"writes":"off"}'),
      await seenWith('{"writes":"on"}'),
      await seenWith(null),
    ]).toEqual([false, true, true]);
  });
});

describe("a policy that must be signed", () => {
  const [ana, bo] = [newKey(), newKey()];
  const signers = signersOf(2, { ana, bo });
  const by = (rules: number, at: string) =>
    filesOf(signed(signed(built(policyOf(rules)), "ana", ana, at), "bo", bo, at), "policy.json");
  const FIRST = "2026-11-02T08:00:00.000Z";
  const SECOND = "2026-11-02T09:00:00.000Z";
  const REPLAYED =
    "policy.json: error: was signed by ana and bo before another one that has been in force since; to go back to it, have them sign it again";

  test("and is not stops the app, or is refused like one with mistakes: the last one stays, and why is told", async () => {
    const once = filesOf(signed(built(policyOf(2)), "ana", ana, SECOND), "policy.json");
    await expect(aPolicy(once, { signers }).load()).rejects.toThrow(
      "policy.json: error: needs signatures of 2 of ana and bo, and is signed by ana alone",
    );
    await expect(aPolicy(policyOf(2), { signers }).load()).rejects.toThrow(
      "policy.yaml: error: has no signatures, and needs some: build it, and have it signed",
    );

    const { load, rulesAfter, refresh, status } = aPolicy(by(1, FIRST), { signers });
    await load();

    expect(await rulesAfter(60, once)).toBe(1);
    expect(status().refused?.problems.join()).toContain("is signed by ana alone");
    await expect(refresh()).rejects.toThrow("policy.json is refused for 1 problem,");
    expect(await rulesAfter(60, by(2, SECOND))).toBe(2);
  });

  test("is not taken once a newer one was in force, in any instance and after a restart, until it is signed again", async () => {
    const standing = aStanding();
    const { load, rulesAfter, status } = aPolicy(by(1, FIRST), { signers, standing });
    await load();
    expect(await rulesAfter(60, by(2, SECOND))).toBe(2);

    expect(await rulesAfter(60, by(1, FIRST))).toBe(2);
    expect(status().refused?.problems).toEqual([REPLAYED]);
    await expect(aPolicy(by(1, FIRST), { signers, standing }).load()).rejects.toThrow(REPLAYED);

    await aPolicy(by(2, SECOND), { signers, standing }).load();
    expect(await rulesAfter(60, by(1, "2026-11-02T10:00:00.000Z"))).toBe(1);
  });

  test("is not brought back by one of two alone, who signs an old one anew, and what is in force stays so after a restart", async () => {
    const standing = aStanding();
    const [THIRD, FOURTH] = ["2026-11-02T09:30:00.000Z", "2026-11-02T09:45:00.000Z"];
    // Bo signed the old one after Ana had signed the new one.
    const old = signed(signed(built(policyOf(1)), "ana", ana, FIRST), "bo", bo, THIRD);
    const inForce = filesOf(
      signed(signed(built(policyOf(2)), "ana", ana, SECOND), "bo", bo, FOURTH),
      "policy.json",
    );
    const { load, rulesAfter, status } = aPolicy(filesOf(old, "policy.json"), { signers, standing });
    await load();
    expect(await rulesAfter(60, inForce)).toBe(2);

    expect(
      await rulesAfter(60, filesOf(signed(old, "ana", ana, "2026-11-02T10:00:00.000Z"), "policy.json")),
    ).toBe(2);

    expect(status().refused?.problems.join()).toContain("was signed by bo before another one");
    await aPolicy(inForce, { signers, standing }).load();
  });

  test("stays the one in force when from now on more must sign, and all of them did, one after the other", async () => {
    const standing = aStanding();
    const byAna = signed(built(policyOf(1)), "ana", ana, FIRST);
    const byBoth = filesOf(signed(byAna, "bo", bo, SECOND), "policy.json");
    await aPolicy(byBoth, { signers: { ...signers, needed: 1 }, standing }).load();

    const { load, current } = aPolicy(byBoth, { signers, standing });
    await load();

    expect((await current()).rules).toHaveLength(1);
  });

  test("waits while it cannot be told whether a newer one was in force", async () => {
    const whole = aStanding();
    let isAway = false;
    const standing: Standing = {
      ...whole,
      newestSignatures: async (names) => {
        if (isAway) throw new Error("disk I/O error");
        return whole.newestSignatures(names);
      },
    };
    const { load, rulesAfter, status } = aPolicy(by(1, FIRST), { signers, standing });
    await load();
    isAway = true;

    expect(await rulesAfter(60, by(2, SECOND))).toBe(1);
    expect(status().lastLookFailed).toMatchObject({ because: "disk I/O error" });
    isAway = false;
    expect(await rulesAfter(60, by(2, SECOND))).toBe(2);
  });
});

test("whatever is offered, and in whatever order, the last sound policy is in force", async () => {
  const offer = fc.oneof(
    fc.integer({ min: 0, max: 3 }).map((rules) => ({ rules, offer: policyOf(rules) })),
    fc.constantFrom("", BROKEN, "rules: []").map((text) => ({ rules: null, offer: text })),
    fc.constant({ rules: null, offer: new Error("It is gone.") }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(offer, { maxLength: 12 }), async (offers) => {
      const { load, rulesAfter } = aPolicy(policyOf(1));
      await load();
      let sound = 1;
      for (const next of offers) {
        sound = next.rules ?? sound;
        expect(await rulesAfter(6, next.offer)).toBe(sound);
      }
    }),
    { numRuns: 50 },
  );
});
