import { expect, test } from "vitest";
import type { Instant } from "../../../shared/connection/connection.ts";
import type { RecordQuery } from "../../../shared/search/port.ts";
import { type RecordSummary, recordSummary } from "../../../shared/search/summaries.ts";
import { connectionTerms, termOf } from "../../../shared/search/terms.ts";
import {
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  CONSUMER,
  later,
  NINE,
  PROVIDER,
} from "../../fixtures/builders.ts";
import { ana, applying, asked, asPerson, bo, decided, reviewed, verified } from "../../fixtures/entries.ts";
import { recordsOf } from "./searching.ts";
import { type OpenStore, trailOf } from "./store-under-test.ts";

const labels = (records: readonly RecordSummary[]) =>
  records.map(({ kind, requestId }) => `${kind} ${NAMES[requestId]}`);

const half = later(500);
export const A = trailOf("a", asked(), reviewed(ana));
export const X = aTrail(
  {
    connection: aConnection({
      id: aConnectionId("x", aClusterId("aks-test")),
      endpoint: anEndpoint("pe-x", "rg-x", PROVIDER),
    }),
    at: later(100),
  },
  decided("reject", asPerson(bo)),
  applying("Rejected"),
  verified("Rejected"),
);
export const Y = aTrail({ connection: aConnection({ id: aConnectionId("y"), endpoint: null }), at: half });
const NAMES: Readonly<Record<string, string>> = {
  [A.request.id]: "a",
  [X.request.id]: "x",
  [Y.request.id]: "y",
};

/** By the words of one dimension, or of some. */
export function byWords(open: OpenStore): void {
  const ofA = ["reviewed a", "asked a", "received a"];
  const ofX = ["verified x", "applying x", "decided x", "received x"];
  const by = (...pairs: readonly Parameters<typeof termOf>[]) => ({
    terms: pairs.map((pair) => termOf(...pair)),
  });

  test.each<[string, Partial<RecordQuery>, string[]]>([
    ["by nothing: all of them", {}, ["received y", ...ofX, ...ofA]],
    ["by the request", by(["request", X.request.id]), ofX],
    ["by the connection's name", by(["connection", "X"]), ofX],
    ["by the connection's id", { terms: connectionTerms(aConnectionId("a")) }, ofA],
    ["by the cluster's name", by(["cluster", "aks-test"]), ofX],
    ["by the cluster's name in capitals", by(["cluster", "AKS-TEST"]), ofX],
    ["by the cluster's id in capitals", by(["cluster", aClusterId("aks-test").toUpperCase()]), ofX],
    ["not by the beginning of a cluster's name", by(["cluster", "aks"]), []],
    ["by a word of the cluster's name", by(["word", "test"]), ofX],
    ["by the endpoint's name", by(["endpoint", "PE-x"]), ofX],
    ["by a word of the endpoint's name", by(["word", "payments"]), ofA],
    ["by the consumer", by(["consumer", CONSUMER]), ofA],
    ["by the consumer in capitals", by(["consumer", PROVIDER.toUpperCase()]), ofX],
    ["by the person", by(["person", ana.oid]), ["reviewed a"]],
    ["by the person in capitals", by(["person", bo.oid.toUpperCase()]), ["decided x"]],
    ["by the person's name in any case", by(["person", "aNA"]), ["reviewed a"]],
    ["by the name of a person who decided", by(["person", "Bo"]), ["decided x"]],
    ["by a sign-in name of who reviewed, in any case", by(["person", "ANA@contoso.com"]), ["reviewed a"]],
    ["by a name with spaces around", by(["person", " Ana "]), ["reviewed a"]],
    ["not by the beginning of a sign-in name", by(["person", "ana@"]), []],
    ["by the rule", by(["rule", "payments"]), ["applying x"]],
    ["not by half a rule's name", by(["rule", "payment"]), []],
    ["by the kind", by(["kind", "received"]), ["received y", "received x", "received a"]],
    [
      "by the system",
      by(["by", "system"]),
      ["received y", "verified x", "received x", "asked a", "received a"],
    ],
    ["by the outcome", by(["outcome", "rejected"]), ["verified x"]],
    ["not by an outcome that nothing had", by(["outcome", "expired"]), []],
    ["not by a person who is a rule", by(["person", "payments"]), []],
    ["from a moment on", { from: half }, ["received y"]],
    ["up to a moment", { to: half, ...by(["consumer", CONSUMER]) }, ofA],
    ["from their very moment on, up to the next", { from: NINE, to: later(1) }, ofA],
    [
      "from a moment without milliseconds on",
      { from: "2026-03-02T09:00:00Z" as Instant, ...by(["person", ana.oid]) },
      ["reviewed a"],
    ],
    ["not up to that moment without milliseconds", { to: "2026-03-02T09:00:00Z" as Instant }, []],
    ["not up to the moment that it begins with", { from: half, to: half }, []],
    [
      "by everything together",
      { from: NINE, ...by(["cluster", "aks-test"], ["person", bo.oid], ["consumer", PROVIDER]) },
      ["decided x"],
    ],
    ["by the same word twice as by one", by(["cluster", "aks-test"], ["cluster", "AKS-test"]), ofX],
    ["not by a quote", by(["cluster", "' OR '1'='1"], ["person", "%"]), []],
    ["not by nothing at all", by(["person", ""]), []],
    ["not by what no key can hold", by(["person", "/\\#?\u0000\ud800'"]), []],
    ["not by a word that is too long", by(["word", "x".repeat(5_000)]), []],
  ])("%s", async (_name, query, expected) => {
    const { search, ...store } = await open();
    for (const trail of [A, X, Y]) await store.append(trail);

    expect(labels(await recordsOf(search, query))).toEqual(expected);
  });

  test("as summaries", async () => {
    const { search, ...store } = await open();
    await store.append(A);

    const found = await recordsOf(search, {});

    expect(found).toEqual(A.records.map(recordSummary).reverse());
  });

  test("by a term that somebody asks whether it is known", async () => {
    const { search, ...store } = await open();
    await store.append(A);

    expect(await search.knows(termOf("rule", "payments"))).toBe(false);
    expect(await search.knows(termOf("person", "ANA"))).toBe(true);
    expect(await search.knows(termOf("person", "' OR 1=1 --"))).toBe(false);
  });
}
