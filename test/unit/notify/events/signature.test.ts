import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isSignedBy,
  signed,
  type WebhookKeys,
  WebhookKeysText,
} from "../../../../shared/notify/events/signature.ts";

/** As the specification publishes it. */
const PUBLISHED = {
  keys: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const AT = PUBLISHED.timestamp * 1_000;

const aKeyText = (bytes = 32) => `whsec_${randomBytes(bytes).toString("base64")}`;
const keysOf = (...texts: readonly string[]): WebhookKeys => WebhookKeysText.parse(texts.join(","));
const [OLD, NEW, OTHER] = [aKeyText(), aKeyText(), aKeyText()];
const BODY = '{"a":1}';

describe("a signature", () => {
  test("is the published one for the published message", () => {
    const { keys, id, body, timestamp, signature } = PUBLISHED;

    expect(signed(keysOf(keys), id, body, AT + 999)).toEqual({
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
    });
  });

  test("while a key is replaced there are two, and who knows either key can tell", () => {
    const headers = signed(keysOf(NEW, OLD), "m", BODY, AT);

    expect(headers["webhook-signature"].split(" ")).toHaveLength(2);
    for (const key of [OLD, NEW]) expect(isSignedBy(keysOf(key), { headers, body: BODY }, AT)).toBe(true);
    expect(isSignedBy(keysOf(OTHER), { headers, body: BODY }, AT)).toBe(false);
    expect(isSignedBy(keysOf(OTHER, OLD), { headers, body: Buffer.from(BODY) }, AT)).toBe(true);
  });

  test.each([
    [-301_000, false],
    [-300_000, true],
    [0, true],
    [300_000, true],
    [301_000, false],
  ])("%i ms off our clock is taken: %s", (ms, expected) => {
    const headers = signed(keysOf(OLD), "m", BODY, AT);

    expect(isSignedBy(keysOf(OLD), { headers, body: BODY }, AT + ms)).toBe(expected);
  });

  test("whatever is changed of a message, it is not taken", () => {
    const right = signed(keysOf(OLD), "m", BODY, AT);
    const other = signed(keysOf(OLD), "n", BODY, AT);
    const cases: [object, string][] = [
      [{ ...right, "webhook-id": "n" }, BODY],
      [{ ...right, "webhook-timestamp": String(PUBLISHED.timestamp + 1) }, BODY],
      [right, `${BODY} `],
      [{ ...right, "webhook-signature": other["webhook-signature"] }, BODY],
      [{ ...right, "webhook-signature": right["webhook-signature"].replace("v1,", "v1a,") }, BODY],
      [{ ...right, "webhook-signature": right["webhook-signature"].slice(0, -5) }, BODY],
      [{ ...right, "webhook-signature": `${"v1,AAAA ".repeat(16)}${right["webhook-signature"]}` }, BODY],
      [{ ...right, "webhook-signature": "" }, BODY],
      [{ ...right, "webhook-id": undefined }, BODY],
      [{ ...right, "webhook-timestamp": "NaN" }, BODY],
      [{ ...right, "webhook-timestamp": `${PUBLISHED.timestamp}.0` }, BODY],
      [{}, BODY],
    ];

    for (const [headers, body] of cases)
      expect(isSignedBy(keysOf(OLD), { headers, body }, AT), JSON.stringify(headers)).toBe(false);
  });

  test("nothing that a stranger sends is taken, and nothing of it throws", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (id, signature, body) => {
        const headers = {
          "webhook-id": id,
          "webhook-timestamp": String(PUBLISHED.timestamp),
          "webhook-signature": signature,
        };
        expect(isSignedBy(keysOf(OLD, NEW), { headers, body }, AT)).toBe(false);
      }),
    );
  });
});

describe("keys", () => {
  test.each([24, 64])("of %i bytes are taken", (bytes) => {
    expect(WebhookKeysText.safeParse(aKeyText(bytes)).success).toBe(true);
  });

  test.each([
    ["23 bytes", aKeyText(23)],
    ["65 bytes", aKeyText(65)],
    ["no prefix", aKeyText().slice(6)],
    ["three", [OLD, NEW, OTHER].join(",")],
    ["one and nothing", `${OLD},`],
    ["an asymmetric one", aKeyText().replace("whsec_", "whsk_")],
    ["nothing", ""],
  ])("%s are refused, without showing them", (_what, text) => {
    const message = WebhookKeysText.safeParse(text).error?.issues[0]?.message;

    expect(message).toMatch(/^must be one or two keys/);
    expect(message).not.toContain(text.slice(6, 20) || "nothing");
  });

  test("show their bytes in no JSON", () => {
    expect(JSON.stringify(keysOf(OLD))).toBe("[{}]");
  });
});
