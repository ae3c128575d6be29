import * as z from "zod";
import type { Outcome } from "../request/terms.ts";
import type { Closing } from "./closing.ts";
import { DayFigures, Days, type Span } from "./days.ts";
import { HeavyHitters } from "./heavy-hitters.ts";
import { Quantiles } from "./quantiles.ts";

/** Of what may have any number of names, so many are shown, and so many counted exactly. */
const SHOWN = 20;
const COUNTED = 10_000;

const count = z.int().min(0);
const Ranking = z
  .object({
    top: z.array(z.object({ key: z.string(), name: z.string(), count })),
    rest: count.describe("How much was counted beside those at the top."),
    isExact: z
      .boolean()
      .describe(
        `False where there were more than ${COUNTED} different ones: each count may then be too low, by a share of ${1 / COUNTED} of all at most.`,
      ),
  })
  .meta({ id: "Ranking" });

const quantile = z.number().nullable();

/** What became of the requests that closed in a span. One that closed twice, since it was reopened, counts twice. */
export const Figures = z.object({
  closed: count,
  outcomes: z.object({
    approved: count,
    rejected: count,
    expired: count,
    superseded: count,
    refused: count,
    failed: count,
  } satisfies Record<Outcome, typeof count>),
  by: z
    .object({ policy: count, people: count, integrations: count, system: count, nobody: count })
    .describe(
      "Whose word it was, where several said it the last one's; nobody's, where nothing was decided.",
    ),
  days: z
    .array(DayFigures)
    .describe(
      "Each day in UTC that the span touches, the first one first, with the decisions of what closed on it.",
    ),
  rules: Ranking.describe("Of those that the policy decided; several rules may decide one."),
  people: Ranking.describe("Of those that people decided, everybody whose review counted, by object id."),
  clusters: Ranking,
  consumers: Ranking.describe(
    "By subscription; the name is what it was called last, or its id where nobody knew.",
  ),
  decidedAfterMs: z
    .object({ p50: quantile, p95: quantile })
    .describe(
      "How long it took from the moment in which the connection came into our care to the decision, within 1 %; null where nothing was decided.",
    ),
});
export type Figures = z.infer<typeof Figures>;

/** Adds the closings of a span up, one after the other, in a memory that does not grow with them. */
export async function figuresOf(closings: AsyncIterable<Closing>, span: Span): Promise<Figures> {
  let closed = 0;
  const outcomes = { approved: 0, rejected: 0, expired: 0, superseded: 0, refused: 0, failed: 0 };
  const by = { policy: 0, people: 0, integrations: 0, system: 0, nobody: 0 };
  const [rules, people, clusters, consumers] = [ranking(), ranking(), ranking(), ranking()];
  const times = new Quantiles();
  const days = new Days(span);
  for await (const closing of closings) {
    closed += 1;
    outcomes[closing.outcome] += 1;
    by[closing.by ?? "nobody"] += 1;
    days.add(closing);
    clusters.add(closing.cluster);
    if (closing.consumer !== null) consumers.add(closing.consumer, closing.consumerName);
    for (const rule of closing.rules) rules.add(rule);
    for (const { oid, name } of closing.people) people.add(oid, name);
    if (closing.decidedAfterMs !== null) times.add(closing.decidedAfterMs);
  }
  return {
    closed,
    outcomes,
    by,
    days: days.all(),
    rules: rules.top(SHOWN),
    people: people.top(SHOWN),
    clusters: clusters.top(SHOWN),
    consumers: consumers.top(SHOWN),
    decidedAfterMs: { p50: times.at(0.5), p95: times.at(0.95) },
  };
}

const ranking = () => new HeavyHitters(COUNTED);
