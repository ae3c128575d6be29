import * as z from "zod";
import type { Endpoints } from "../local/supervisor/endpoints.ts";
import { readApi } from "../local/world/requests.ts";

/** The most that a page has. */
const PAGE = 200;

const Listed = z.object({
  id: z.string(),
  state: z.string(),
  endpoint: z.string().nullable(),
  cluster: z.string(),
  consumer: z.string().nullable(),
  consumerName: z.string().nullable(),
});
const Page = z.object({ requests: z.array(Listed), nextCursor: z.string().nullable() });

const Ruling = z.object({
  kind: z.string(),
  because: z.string(),
  decidedBy: z.array(z.object({ name: z.string() })),
});
const Assessed = z.object({ verdict: Ruling.extend({ wouldHave: Ruling.nullable() }).nullable() });

/** What the policy would do with a connection. */
export interface Finding {
  readonly request: string;
  readonly endpoint: string | null;
  readonly cluster: string;
  /** Id and name of the consumer's subscription. */
  readonly consumer: string | null;
  readonly consumerName: string | null;
  /** `approve`, `reject`, `ask`, or `leave`; null where it could not be assessed yet. */
  readonly would: string | null;
  readonly by: readonly string[];
  /** One whole sentence. */
  readonly because: string;
}

/** What the app has found out about every connection that waits, in the order in which it found them. */
export async function findingsOf(endpoints: Endpoints): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const from: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = Page.parse(await readApi(endpoints, `requests?order=oldest&limit=${PAGE}${from}`));
    // What ended was answered by somebody else, or is the cluster's own connection.
    for (const listed of page.requests)
      if (listed.state !== "closed") findings.push(await findingOf(endpoints, listed));
    cursor = page.nextCursor;
  }
  return findings;
}

async function findingOf(endpoints: Endpoints, listed: z.infer<typeof Listed>): Promise<Finding> {
  const { verdict } = Assessed.parse(await readApi(endpoints, `requests/${listed.id}`));
  const ruling = verdict?.wouldHave ?? verdict;
  const { id: request, endpoint, cluster, consumer, consumerName } = listed;
  return {
    ...{ request, endpoint, cluster, consumer, consumerName },
    would: ruling?.kind ?? null,
    by: ruling?.decidedBy.map(({ name }) => name) ?? [],
    because: ruling?.because ?? "It could not be assessed yet: the log says why.",
  };
}
