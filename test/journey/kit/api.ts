import * as z from "zod";
import type { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";
import { personToken } from "../../../infra/local/world/tokens.ts";
import { AuditRecord } from "../../../shared/request/record.ts";
import { ApprovalRequest } from "../../../shared/request/request.ts";
import { ListedRequest } from "../../../shared/search/summaries.ts";

/** Demo people: ana and di of the platform team, bo of the security team, cy who may only read, fay who audits. */
export type Person = "ana" | "bo" | "cy" | "di" | "fay";

/** An answer of the app's API. */
export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The app's API, as one person. */
export interface Session {
  get(path: string): Promise<ApiReply>;
  post(path: string, body?: unknown): Promise<ApiReply>;
}

/** The app's API; requests go by the name of their private endpoint, and of its cluster where that is not enough. */
export interface Api {
  as(person: Person): Session;
  /** Anything, with no sign-in of its own. */
  send(path: string, init?: RequestInit): Promise<ApiReply>;
  request(name: string, cluster?: string): Promise<ApprovalRequest>;
  /** Whether the app has heard of it. */
  knows(name: string): Promise<boolean>;
  records(name: string, cluster?: string): Promise<readonly AuditRecord[]>;
  reviews(person: Person, name: string, review: "approve" | "reject", reason?: string): Promise<ApiReply>;
  retries(person: Person, name: string): Promise<ApiReply>;
}

const Requests = z.object({ requests: z.array(ListedRequest) });
const Trail = z.object({ records: z.array(AuditRecord) });

/** The API of the running stack. */
export function apiOf(endpoints: () => Endpoints): Api {
  const tokens = new Map<Person, string>();

  const send = async (path: string, init: RequestInit = {}): Promise<ApiReply> => {
    const response = await fetch(`${endpoints().app}${path}`, init);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
  const signedIn = async (person: Person): Promise<Record<string, string>> => {
    const token = tokens.get(person) ?? (await personToken(endpoints(), person, endpoints().audience));
    tokens.set(person, token);
    return { authorization: `Bearer ${token}` };
  };
  const as = (person: Person): Session => ({
    get: async (path) => send(path, { headers: await signedIn(person) }),
    post: async (path, body = {}) =>
      send(path, {
        method: "POST",
        headers: { ...(await signedIn(person)), "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
  });
  const find = async (name: string, cluster = ""): Promise<ListedRequest[]> => {
    const { requests } = Requests.parse(
      (await as("di").get(`/api/requests?endpoint=${encodeURIComponent(name)}`)).body,
    );
    return requests.filter((listed) => listed.cluster.endsWith(cluster));
  };
  const request = async (name: string, cluster?: string): Promise<ApprovalRequest> => {
    const [found, ...more] = await find(name, cluster);
    if (found === undefined) throw new Error(`The app knows no request of ${name}`);
    if (more.length > 0) throw new Error(`The app knows ${more.length + 1} requests of ${name}`);
    return ApprovalRequest.parse((await as("di").get(`/api/requests/${found.id}`)).body);
  };

  return {
    as,
    send,
    request,
    knows: async (name) => (await find(name)).length > 0,
    records: async (name, cluster) => {
      const { id } = await request(name, cluster);
      return Trail.parse((await as("di").get(`/api/requests/${id}/audit`)).body).records;
    },
    reviews: async (person, name, review, reason) => {
      const { id, ask } = await request(name);
      return as(person).post(`/api/requests/${id}/reviews`, { review, reason, asked: ask?.seq ?? 1 });
    },
    retries: async (person, name) => as(person).post(`/api/requests/${(await request(name)).id}/retry`),
  };
}
