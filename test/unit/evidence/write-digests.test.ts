import { describe, expect, test } from "vitest";
import { Digest } from "../../../shared/evidence/digest.ts";
import { writeDigests } from "../../../shared/evidence/write-digests.ts";
import { HOUR, later } from "../../fixtures/builders.ts";
import { ana, reviewed } from "../../fixtures/entries.ts";
import { DIGEST_SEALS, Vault } from "./vault.ts";

const digestIn = (vault: Vault, number: number): Digest =>
  Digest.parse(JSON.parse(vault.digests.get(number)?.split("\n")[0] ?? ""));

describe("a digest", () => {
  test("lists where the trails end that changed since the one before, and is written although none did", async () => {
    const vault = new Vault();
    const [one, two] = [vault.open("pe-1", 0), vault.open("pe-2", 0)];
    await vault.digest(1);
    vault.add(two, 1.5, reviewed(ana));

    await vault.digest(2);
    await vault.digest(3);

    expect(digestIn(vault, 1).heads.map(({ requestId, seq }) => [requestId, seq])).toEqual([
      [one, 3],
      [two, 3],
    ]);
    expect(digestIn(vault, 2)).toMatchObject({ trails: 1, records: 4, heads: [{ requestId: two, seq: 4 }] });
    expect(digestIn(vault, 3)).toMatchObject({ trails: 0, records: 0, heads: [], until: later(3 * HOUR) });
  });

  test("finds what was recorded by a clock that was ten minutes behind", async () => {
    const vault = new Vault();
    const id = vault.open("pe-1", 0);
    await vault.digest(1);
    vault.add(id, 1 - 1 / 6, reviewed(ana));

    await vault.digest(2);

    expect(digestIn(vault, 2).heads).toMatchObject([{ requestId: id, seq: 4 }]);
  });

  test("of many trails is in parts, and whoever is stopped between them is followed by one that goes on", async () => {
    const vault = new Vault();
    const ids = Array.from({ length: 5 }, (_, index) => vault.open(`pe-${index}`, 0));
    await vault.digest(1, 2);
    vault.digests.delete(3);

    const { troubles } = await vault.digest(2, 2);

    expect(troubles).toEqual([]);
    const parts = [1, 2, 3].map((number) => digestIn(vault, number));
    expect(parts.map(({ more }) => more)).toEqual([true, true, false]);
    expect(new Set(parts.flatMap(({ heads }) => heads.map(({ requestId }) => requestId)))).toEqual(
      new Set(ids),
    );
    expect((await vault.verify()).findings).toEqual([]);
  });

  test("of two that are made at once there is one", async () => {
    const vault = new Vault();
    vault.open("pe-1", 0);

    const made = await Promise.all([vault.digest(1), vault.digest(1.001)]);

    expect(made.map(({ written }) => written.length).sort()).toEqual([0, 1]);
    expect([...vault.digests.keys()]).toEqual([1]);
    expect((await vault.verify()).findings).toEqual([]);
  });
});

describe("what is wrong with the digests so far is told, and the next one is written all the same:", () => {
  async function hours(): Promise<Vault> {
    const vault = new Vault();
    vault.open("pe-1", 0);
    for (const hour of [1, 2, 3]) await vault.digest(hour);
    return vault;
  }

  test.each<[what: string, hour: number, harm: (vault: Vault) => void, said: RegExp]>([
    ["one is missing", 4, ({ digests }) => digests.delete(2), /^Digest 2 is missing/],
    [
      "all are missing",
      4,
      ({ digests }) => digests.clear(),
      /^There are records from before .*, and no digest/,
    ],
    ["the last one is late", 5.5, () => undefined, /^The newest digest is of 2026-03-02T12:00/],
    [
      "the last one was changed",
      4,
      ({ digests }) => digests.set(3, (digests.get(3) ?? "").replace('"records":0', '"records":9')),
      /^Digest 3 is not as the app wrote it/,
    ],
    ["the last one cannot be read", 4, ({ digests }) => digests.set(3, "?"), /^Digest 3 cannot be read/],
    [
      "the last one follows another one",
      4,
      ({ digests }) => digests.set(2, digests.get(1) ?? ""),
      /^Digest 3 does not follow digest 2|^Digest 2 is digest 1/,
    ],
  ])("%s", async (_what, hour, harm, said) => {
    const vault = await hours();
    harm(vault);

    const { written, troubles } = await vault.digest(hour);

    expect(troubles).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
    expect(written).toHaveLength(1);
  });

  test.each([
    ["the next number", 4],
    ["a number far ahead", 999_999_999_999_999],
    ["a number that no store has", 4_000_000_000],
  ])(
    "somebody puts in what is no digest under %s: the next one is written where it belongs",
    async (_what, number) => {
      const vault = await hours();
      vault.digests.set(number, "?");

      const first = await vault.digest(4);
      const second = await vault.digest(5);

      for (const { troubles } of [first, second])
        expect(troubles).toContainEqual(expect.stringMatching(`^Digest ${number} cannot be read`));
      const next = number === 4 ? 5 : 4;
      expect([first, second].flatMap(({ written }) => written.map((one) => one.number))).toEqual([
        next,
        next + 1,
      ]);
    },
  );

  test("whatever somebody put in as the last record of a trail, the digest that lists it can be read", async () => {
    const vault = await hours();
    const { rows } = vault.drawer(vault.open("pe-2", 3.5));
    for (const seq of [Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER])
      rows.push({ seq, seal: "x".repeat(1_000_000), said: "{}", at: later(3.5 * HOUR) });
    vault.open("pe-3", 3.5);

    await vault.digest(4);

    expect((await vault.digest(5)).troubles).toEqual([]);
    expect(vault.digests.get(4)?.length).toBeLessThan(2_000);
  });

  test("a clock that was a day ahead: that is told, and nothing that was recorded since is left out", async () => {
    const vault = await hours();
    await vault.digest(28);
    const id = vault.open("pe-2", 4.25);

    const { findings } = await vault.verify(null, { hour: 4.5 });
    const { troubles } = await vault.digest(5);
    const next = await vault.digest(6);

    expect(findings).toEqual([]);
    expect(troubles).toEqual([
      expect.stringMatching(/^The newest digest is of 2026-03-03T13:00.* is to come/),
    ]);
    expect(digestIn(vault, 5).heads.map(({ requestId }) => requestId)).toContain(id);
    expect(next.troubles).toEqual([]);
    expect((await vault.verify(null, { hour: 6 })).findings).toEqual([]);
  });

  test("a store that has begun within the hour has nothing wrong, although it names a trail that is too new", async () => {
    const vault = new Vault();
    const id = vault.open("pe-1", 0.5);
    vault.changed = async function* () {
      yield "pec-0123456789abcdef0123456789abcdef" as typeof id;
      yield id;
    };

    expect((await vault.digest(2)).troubles).toEqual([]);
    expect((await new Vault().digest(3)).troubles).toEqual([]);
  });

  test("an untouched row of digests has nothing wrong", async () => {
    const vault = await hours();

    const digested = await writeDigests({
      trails: vault,
      digests: vault,
      seals: DIGEST_SEALS,
      maxAgeMs: 2 * HOUR,
      now: () => later(4 * HOUR),
    });

    expect(digested.troubles).toEqual([]);
  });
});
