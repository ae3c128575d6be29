import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "../../../shared/connection/connection.ts";
import type { Page } from "../../../shared/search/page.ts";
import { recordTerms, requestTerms, type Term, termOf } from "../../../shared/search/terms.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import type { Store } from "../../../shared/store/store.ts";
import { measureVerify, type VerifyFigures } from "./verify.ts";
import { trailOf } from "./workload.ts";

/** So many requests are appended at once. */
const AT_A_TIME = 250;
const RECORDS_PER_REQUEST = 6;
const PAGE = 50;
const TRIES = 7;
const MONTH_MS = 30 * 24 * 3_600_000;

/** What a question costs. */
export interface Question {
  readonly what: string;
  readonly ms: number;
  readonly items: number;
}

/** A store of so many records, and what it costs to ask it. */
export interface StoreFigures {
  readonly records: number;
  /** Of the file. */
  readonly bytesPerRecord: number;
  readonly appendsPerSecond: number;
  readonly questions: readonly Question[];
  /** How requests ended in a month. */
  readonly closingsMs: number;
  readonly verify: VerifyFigures;
}

/** Fills a store with what `count` records say, and asks it everything. */
export async function measureStore(count: number): Promise<StoreFigures> {
  const folder = mkdtempSync(join(tmpdir(), "bench-store-"));
  const file = join(folder, "audit.sqlite");
  const store = openSqliteStore(file);
  try {
    const { records, seconds } = await fill(store, Math.round(count / RECORDS_PER_REQUEST));
    const questions = await askAll(store, Math.round(count / RECORDS_PER_REQUEST));
    const closingsMs = await timeOfClosings(store);
    return {
      records,
      bytesPerRecord: statSync(file).size / records,
      appendsPerSecond: records / seconds,
      questions,
      closingsMs,
      verify: await measureVerify(file, records),
    };
  } finally {
    store.close();
    rmSync(folder, { recursive: true });
  }
}

/** Only the time in which the store works is counted, not that in which the trails are made. */
async function fill(store: Store, requests: number): Promise<{ records: number; seconds: number }> {
  let [records, ms] = [0, 0];
  for (let n = 0; n < requests; n += AT_A_TIME) {
    const changes = Array.from({ length: Math.min(AT_A_TIME, requests - n) }, (_, index) =>
      trailOf(n + index, requests),
    );
    records += changes.reduce((sum, change) => sum + change.records.length, 0);
    const start = performance.now();
    await Promise.all(changes.map((change) => store.append(change)));
    ms += performance.now() - start;
  }
  return { records, seconds: ms / 1_000 };
}

/** One term of each dimension, of a request in the middle that people decided, as a person would ask. */
function termsOf(requests: number): {
  readonly records: readonly Term[];
  readonly requests: readonly Term[];
} {
  const middle = Math.floor(requests / 2);
  const change = Array.from({ length: 200 }, (_, n) => trailOf(middle + n, requests)).find(
    ({ request }) => request.ask?.reviews.length === 1 && request.state === "closed",
  );
  if (change === undefined) throw new Error("Nobody reviewed anything.");
  const rule = termOf("rule", "team-6");
  return {
    records: oneOfEach([...change.records.toReversed().flatMap(recordTerms), rule]),
    requests: oneOfEach([...requestTerms(change.request), rule]),
  };
}

const oneOfEach = (terms: readonly Term[]): readonly Term[] => [
  ...new Map(terms.map((term) => [term.slice(0, term.indexOf(":")), term])).values(),
];

async function askAll(store: Store, requests: number): Promise<readonly Question[]> {
  const { search } = store;
  const terms = termsOf(requests);
  const from = instant(Date.parse("2026-04-01T00:00:00Z"));
  const day = { from, to: instant(Date.parse(from) + 24 * 3_600_000) };
  const records = (query: object) => search.records({ terms: [], limit: PAGE, cursor: null, ...query });
  const requestsBy = (query: object) =>
    search.requests({ terms: [], by: "newest", limit: PAGE, cursor: null, ...query });
  const questions: Question[] = [
    await ask("records", () => records({})),
    await ask("records of a day", () => records(day)),
    await ask("requests", () => requestsBy({})),
    await ask("requests, oldest", () => requestsBy({ by: "oldest" })),
    await ask("requests by deadline", () => requestsBy({ by: "deadline" })),
    await ask("requests of which none matches", () => requestsBy({ matches: () => false })),
  ];
  for (const pair of aloneAndInPairs(terms.records))
    questions.push(await ask(`records: ${namesOf(pair)}`, () => records({ terms: pair })));
  for (const pair of aloneAndInPairs(terms.requests))
    questions.push(await ask(`requests: ${namesOf(pair)}`, () => requestsBy({ terms: pair })));
  for (const term of terms.records)
    questions.push(
      await ask(`records of a day: ${namesOf([term])}`, () => records({ terms: [term], ...day })),
    );
  return questions;
}

const aloneAndInPairs = (terms: readonly Term[]): (readonly Term[])[] =>
  terms.flatMap((term, index) => [[term], ...terms.slice(index + 1).map((other) => [term, other])]);

const namesOf = (terms: readonly Term[]): string =>
  terms.map((term) => term.slice(0, term.indexOf(":"))).join(" + ");

/** The median. */
async function ask(what: string, page: () => Promise<Page<unknown>>): Promise<Question> {
  const times: number[] = [];
  let items = 0;
  for (let n = 0; n < TRIES; n++) {
    const start = performance.now();
    items = (await page()).items.length;
    times.push(performance.now() - start);
  }
  return { what, items, ms: times.toSorted((a, b) => a - b)[Math.floor(TRIES / 2)] ?? 0 };
}

async function timeOfClosings({ search }: Store): Promise<number> {
  const from = instant(Date.parse("2026-04-01T00:00:00Z"));
  const start = performance.now();
  let closings = 0;
  for await (const _closing of search.closings(from, instant(Date.parse(from) + MONTH_MS))) closings++;
  if (closings === 0) throw new Error("No request ended in that month.");
  return performance.now() - start;
}
