import fc from "fast-check";
import rhea from "rhea";
import { describe, expect, test } from "vitest";
import { encodeDelivery } from "../../../../infra/local/service-bus/head.ts";
import { encodeMessage, readTransfer, withProperties } from "../../../../infra/local/service-bus/message.ts";
import { splitSections } from "../../../../infra/local/service-bus/sections.ts";

const ENVELOPE = { sequence: 7, enqueuedAtMs: 1, timeToLiveMs: 2 ** 40, deliveryCount: 3, lockedUntilMs: 2 };
/** Plain objects of the client lose a key `__proto__`; what the broker does with one is tested on its own. */
const name = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
const applicationProperties = fc.dictionary(name, fc.oneof(fc.string(), fc.boolean()));

describe("the codec of stored messages", () => {
  test("any body passes through byte for byte, whatever is added on the way", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), applicationProperties, (body, added) => {
        const [sent] = readTransfer(
          encodeMessage({ body, messageId: "m1", applicationProperties: { a: 1 } }),
          0,
        );

        const delivered = encodeDelivery(withProperties(sent?.content ?? new Uint8Array(), added), ENVELOPE);
        const message = rhea.message.decode(delivered);

        expect(Buffer.from(message.body.content)).toEqual(Buffer.from(body));
        expect(message).toMatchObject({ message_id: "m1", delivery_count: 3, ttl: 2 ** 32 - 1 });
        expect({ ...message.application_properties }).toEqual({ a: 1, ...added });
      }),
    );
  });

  test("any bytes are either sections that cover them or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const sections = attempt(() => splitSections(Buffer.from(bytes)));

        expect(sections === null || (sections.at(-1)?.end ?? 0) === bytes.length).toBe(true);
      }),
    );
  });

  test.each([
    ["no section", "ff"],
    ["half a section", "005375a00a00"],
    ["a section of no message", "00530140"],
    ["application properties that are no map", "005374a10161"],
    ["an application property that ends early", "005374c10802a10161b1000000ff"],
  ])("%s is refused", (_name, hex) => {
    expect(() => readTransfer(Buffer.from(hex, "hex"), 0)).toThrow();
  });
});

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
