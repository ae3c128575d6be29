import * as z from "zod";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { reach } from "./reach.ts";
import { personToken } from "./tokens.ts";

/** Its role shows all of the requests, and lets nobody decide. */
const READER = "cy";
/** The most that a page has. */
const PAGE = 200;

const RequestPage = z.object({
  requests: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      outcome: z.string().nullable(),
      endpoint: z.string().nullable(),
      consumer: z.string().nullable(),
    }),
  ),
});
/** One request, as a list shows it. */
export type ListedRequest = z.infer<typeof RequestPage>["requests"][number];

const WholeRequest = z.object({
  id: z.string(),
  state: z.string(),
  connectionId: z.string(),
  ask: z.object({ seq: z.int() }).nullable(),
});
type WholeRequest = z.infer<typeof WholeRequest>;

const Trail = z.object({ records: z.array(z.object({ kind: z.string() })) });

/** What a person says about a request. */
interface Answer {
  /** Name of a demo person. */
  readonly by: string;
  readonly review: "approve" | "reject" | "withdraw";
  readonly reason: string;
}

/** The app's first requests, or the newest ones; at most a page. */
export const listRequests = async (
  endpoints: Endpoints,
  order: "newest" | "oldest",
): Promise<readonly ListedRequest[]> =>
  RequestPage.parse(await readApi(endpoints, `requests?order=${order}&limit=${PAGE}`)).requests;

export const readRequest = async (endpoints: Endpoints, id: string): Promise<WholeRequest> =>
  WholeRequest.parse(await readApi(endpoints, `requests/${id}`));

/** How often people have said something about a request. */
export async function countAnswers(endpoints: Endpoints, id: string): Promise<number> {
  const { records } = Trail.parse(await readApi(endpoints, `requests/${id}/audit`));
  return records.filter(({ kind }) => kind === "reviewed" || kind === "withdrawn").length;
}

/** What the app says to an answer: too late is one about a request that is another one by now than the one that was read. */
export type Taken = "taken" | "too late" | { readonly refused: string };

const Problem = z.object({ detail: z.string() });

/** Answers as a person. @throws when the app cannot say whether the person may */
export async function answer(
  endpoints: Endpoints,
  { id, ask }: Pick<WholeRequest, "id" | "ask">,
  { by, review, reason }: Answer,
): Promise<Taken> {
  const token = await personToken(endpoints, by, endpoints.audience);
  const response = await reach("The app", `${endpoints.app}/api/requests/${id}/reviews`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ review, reason, asked: ask?.seq }),
  });
  if (response.ok) return "taken";
  if (response.status === 409) return "too late";
  if (response.status === 403) return { refused: Problem.parse(await response.json()).detail };
  throw new Error(`The review of ${by} was answered ${response.status}: ${await response.text()}`);
}

/** Reads with a reader's token. @throws when the app does not answer as its API says */
export async function readApi(endpoints: Endpoints, path: string): Promise<unknown> {
  const token = await personToken(endpoints, READER, endpoints.audience);
  const response = await reach("The app", `${endpoints.app}/api/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`GET /api/${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
