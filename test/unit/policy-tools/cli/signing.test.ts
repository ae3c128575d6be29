import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { newKey, publicTextOf } from "../../../fixtures/signers.ts";
import { aWorkplace, POLICY } from "./command-line.ts";

const [ana, bo] = [newKey(), newKey()];
const pemOf = (key: typeof ana) => key.export({ format: "pem", type: "pkcs8" }).toString();
const KEYS = `ana:${publicTextOf(ana)},bo:${publicTextOf(bo)}`;
const FILES = {
  "policy.yaml": POLICY,
  "read.yaml": `${POLICY}\n# That is all.\n`,
  "ana.pem": pemOf(ana),
  "bo.pem": pemOf(bo),
};

/** A folder with a built policy and the keys of two. */
async function built(env: Readonly<Record<string, string>> = {}) {
  const place = aWorkplace(FILES, { env });
  expect((await place.policy("build", "policy.yaml", "--out", "b.json")).code).toBe(0);
  return place;
}

describe("sign and verify", () => {
  test("two sign one after the other, and then it is signed by both, also by the app's settings", async () => {
    const { policy } = await built({ POLICY_KEYS: KEYS, POLICY_SIGNATURES: "2" });

    const first = await policy("sign", "b.json", "--key", "ana.pem", "--name", "ana");
    expect(first).toEqual({ code: 0, out: "b.json: signed as ana\n", err: `ana:${publicTextOf(ana)}\n` });
    expect(await policy("verify", "b.json")).toEqual({
      code: 1,
      out: "",
      err: "b.json needs signatures of 2 of ana and bo, and is signed by ana alone\n",
    });
    await policy("sign", "b.json", "--key", "bo.pem", "--name", "bo");

    expect(await policy("verify", "b.json")).toEqual({
      code: 0,
      out: "b.json: signed by ana and bo; 2 must\n",
      err: "",
    });
    expect(
      (await policy("verify", "b.json", "--keys", `ana:${publicTextOf(ana)}`, "--needed", "1")).out,
    ).toBe("b.json: signed by ana; 1 must\n");
    expect((await policy("check", "b.json")).code).toBe(0);
  });

  test("whoever signs again replaces their signature; what is built anew has none", async () => {
    const { policy, read } = await built();
    const sign = () => policy("sign", "b.json", "--key", "ana.pem", "--name", "ana");
    await sign();
    await sign();
    expect(JSON.parse(read("b.json")).signatures).toHaveLength(1);

    await policy("build", "policy.yaml", "--out", "b.json");

    expect(JSON.parse(read("b.json")).signatures).toBeUndefined();
  });

  test("what does not say what the policy says that somebody has read is not signed, and not changed", async () => {
    const { policy, read } = await built();
    const before = read("b.json");

    const { code, out, err } = await policy(
      ...["sign", "b.json", "--key", "ana.pem", "--name", "ana", "--policy", "read.yaml"],
    );

    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^b\.json does not say what read\.yaml says, so nothing was signed\./);
    expect(read("b.json")).toBe(before);
  });

  test("what is no built policy is not signed, and not changed", async () => {
    const { policy, read } = aWorkplace({ ...FILES, "b.json": "{}" });

    const { code, err } = await policy("sign", "b.json", "--key", "ana.pem", "--name", "ana");

    expect([code, err, read("b.json")]).toEqual([
      1,
      expect.stringContaining("b.json is not a built policy"),
      "{}",
    ]);
  });

  test("a key must be one, of the right kind, and a name one of a setting", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
    const place = aWorkplace({ ...FILES, "rsa.pem": pemOf(rsa), "b.json": "{}" });
    const errOf = async (...args: string[]) => {
      const { code, err } = await place.policy("sign", "b.json", ...args);
      expect(code).toBe(2);
      return err;
    };

    expect(await errOf("--key", "rsa.pem", "--name", "ana")).toMatch(
      /^rsa\.pem is no Ed25519 key; make one with: /,
    );
    expect(await errOf("--key", "policy.yaml", "--name", "ana")).toMatch(/^policy\.yaml is no private key/);
    expect(await errOf("--key", "ana.pem", "--name", "Ana")).toMatch(/^--name must be/);
    expect(await errOf("--name", "ana")).toMatch(/^--key is missing/);
    expect((await place.policy("verify", "b.json")).err).toMatch(/^Who may sign\?/);
  });
});

describe("publish", () => {
  test("says where it wants to know the blob from, and refuses what is none", async () => {
    const { policy } = await built();

    expect((await policy("publish", "b.json")).err).toMatch(/^Where is the blob\? Name it with --to/);
    expect((await policy("publish", "b.json", "--to", "/etc/policy.json")).code).toBe(2);
    expect((await policy("publish", "b.json", "--to", "http://example.com/p.json")).err).toContain(
      "POLICY must be the path of a file",
    );
  });

  test("does not publish what the app would refuse: no policy, no switches, or too few signatures", async () => {
    const to = "https://approvals.blob.core.windows.net/policy/policy.json";
    const place = await built({ POLICY: to, POLICY_KEYS: KEYS, POLICY_SIGNATURES: "2" });
    const other = aWorkplace({ "switches.json": '{"writes":"of"}', "b.json": "{}" }, { env: { POLICY: to } });

    expect(await place.policy("publish", "b.json")).toMatchObject({
      code: 1,
      err: "b.json needs signatures of 2 of ana and bo, and is signed by nobody who is known\n",
    });
    expect(await other.policy("publish", "b.json")).toMatchObject({ code: 1 });
    expect(await other.policy("publish", "switches.json")).toMatchObject({
      code: 1,
      err: 'switches.json is not like {"killSwitch":"on","writes":"off"}; mend it, or take it away.\n',
    });
  });
});
