import { describe } from "vitest";
import { closings } from "./closings.ts";
import { byTerms } from "./search-by-terms.ts";
import { byWords } from "./search-by-words.ts";
import { paging } from "./search-paging.ts";
import type { OpenStore } from "./store-under-test.ts";
import { waiting } from "./waiting.ts";

/** The part of the contract that is about what people ask. */
export function search(open: OpenStore): void {
  describe("records are found", () => byWords(open));
  describe("records and requests are found by every term", () => byTerms(open));
  describe("pages of requests and records", () => paging(open));
  describe("how requests ended", () => closings(open));
  describe("what waits for people", () => waiting(open));
}
