import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a secret is the expected one, in a time that tells nothing about it. */
export function isSameSecret(given: string, expected: string): boolean {
  // Hashed first, because timingSafeEqual wants equal lengths.
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
