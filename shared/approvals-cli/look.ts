import * as z from "zod";
import { Facts } from "../policy/facts.ts";
import { AuditRecord } from "../request/record.ts";
import { ApprovalRequest, Review } from "../request/request.ts";
import { ListedRequest } from "../search/summaries.ts";
import { type Screen, type ScreenInput, screenOf, timelineOf } from "../view/index.ts";
import type { Api } from "./api.ts";

const Viewer = z.object({
  mayReview: z.boolean(),
  code: z.string(),
  because: z.string(),
  review: Review.nullable(),
  mayWithdraw: z.boolean(),
  mayReopen: z.boolean(),
  mayRetry: z.boolean(),
});
/** What the API says of a request beside the request itself; apps of earlier versions do not. */
const About = z.object({
  facts: Facts.nullable().default(null),
  descriptions: z.record(z.string(), z.string()).default({}),
  viewer: Viewer.nullable().default(null),
});
const Reply = z.unknown().transform((body, context) => {
  const [request, about] = [ApprovalRequest.safeParse(body), About.safeParse(body)];
  if (request.success && about.success) return { request: request.data, ...about.data };
  context.addIssue({ code: "custom", message: "is not a request" });
  return z.NEVER;
});

const Requests = z.object({ requests: z.array(ListedRequest), nextCursor: z.string().nullable() });
const Trail = z.object({ records: z.array(AuditRecord) });

/** This one may be among the last of its consumer. */
const RECENT = 4;

/** A request as whoever sits at the terminal sees it now. */
export interface Look extends Pick<ScreenInput, "request" | "viewer"> {
  readonly screen: Screen;
}

export async function lookAt(api: Api, id: string): Promise<Look> {
  const { request, facts, descriptions, viewer } = await readRequest(api, id);
  const consumer = request.consumerSubscription;
  const recent = consumer === null ? [] : await recentOf(api, consumer);
  const homeTenant = await api.homeTenant();
  const screen = screenOf({ request, facts, descriptions, viewer, recent, homeTenant, now: api.now() });
  return { request, viewer, screen };
}

export const readRequest = (api: Api, id: string) => api.get(`requests/${id}`, Reply);

async function recentOf(api: Api, consumer: string): Promise<readonly ListedRequest[]> {
  const query = new URLSearchParams({ consumer, limit: String(RECENT) });
  return (await api.get(`requests?${query}`, Requests)).requests;
}

/** What happened to a request so far. */
export async function timelineAt(api: Api, id: string) {
  const { records } = await api.get(`requests/${id}/audit`, Trail);
  return timelineOf(records, api.now());
}
