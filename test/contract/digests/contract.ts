import { describe, expect, test } from "vitest";
import type { DigestStore } from "../../../shared/evidence/port.ts";

/** What every place of digests must do; each adapter runs it. @param open an empty one, as often as it is asked for */
export function digestStoreContract(
  name: string,
  open: () => { first: DigestStore; second: DigestStore },
): void {
  describe(`digests: ${name}`, () => {
    test("an empty place has none", async () => {
      const { first } = open();

      expect(await first.numbers()).toEqual([]);
      expect(await first.read(1)).toBeNull();
    });

    test("what was written is what everybody reads, under its number, in the order of the numbers", async () => {
      const { first, second } = open();

      expect(await first.write(10, "ten\n")).toBe(true);
      expect(await first.write(9, "nine é\n")).toBe(true);

      expect(await second.numbers()).toEqual([9, 10]);
      expect(await second.read(9)).toBe("nine é\n");
    });

    test("a digest is written once: another one of its number is refused, the same one is not", async () => {
      const { first, second } = open();
      await first.write(1, "one");

      expect(await second.write(1, "uno")).toBe(false);
      expect(await second.write(1, "one")).toBe(true);

      expect(await first.read(1)).toBe("one");
    });

    test("of many who write one number at once, one is first, and all see what that one wrote", async () => {
      const { first, second } = open();
      const texts = Array.from({ length: 10 }, (_, index) => `text ${index}`);

      const taken = await Promise.all(
        texts.map((text, index) => (index % 2 === 0 ? first : second).write(1, text)),
      );

      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await second.read(1)).toBe(texts[taken.indexOf(true)]);
    });
  });
}
