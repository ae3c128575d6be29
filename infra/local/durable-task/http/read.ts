import { queryValue } from "../../kit/query.ts";
import type { HttpCall, HttpReply } from "../contract.ts";
import { FINISHED } from "../store/schema.ts";
import { BadRequest } from "./bad-request.ts";
import { historyView } from "./history-view.ts";
import { flag, header, instanceFilter } from "./input.ts";
import type { ApiNeeds } from "./needs.ts";
import { empty, rawJson } from "./reply.ts";
import { statusText } from "./status.ts";

/** Seconds after which the extension tells clients to look again. */
const RETRY_AFTER_SECONDS = "5";

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;
const CONTINUATION = "x-ms-continuation-token";

/** GET instances/{id} */
export function readInstance(
  { query }: Pick<HttpCall, "query">,
  id: string,
  { hub, links }: ApiNeeds,
): HttpReply {
  const instance = hub.instances.find(id);
  if (instance === undefined) return empty(404);
  const input = flag(query, "showInput", true);
  const shown = { input, output: flag(query, "showHistoryOutput", false) };
  const historyEvents = flag(query, "showHistory", false)
    ? JSON.stringify(historyView(hub.instances.history(instance.run), shown))
    : undefined;
  const body = statusText(instance, { input, historyEvents });
  if (!FINISHED.has(instance.status)) {
    return rawJson(202, body, { location: links.status(id), "retry-after": RETRY_AFTER_SECONDS });
  }
  const isBad = instance.status === "Failed" && flag(query, "returnInternalServerErrorOnFailure", false);
  return rawJson(isBad ? 500 : 200, body);
}

/** GET instances: a page in the order of ids, with a token while there are more. */
export function listInstances(call: HttpCall, { hub }: ApiNeeds): HttpReply {
  const { query } = call;
  const limit = pageSize(queryValue(query, "top"));
  const filter = { ...instanceFilter(query), idPrefix: queryValue(query, "instanceIdPrefix") ?? "" };
  const found = hub.instances.list(filter, readToken(header(call, CONTINUATION)), limit + 1);
  const page = found.slice(0, limit);
  const shown = { input: flag(query, "showInput", true), historyEvents: undefined };
  const last = found.length > limit ? page.at(-1) : undefined;
  const token = last === undefined ? {} : { [CONTINUATION]: Buffer.from(last.id).toString("base64url") };
  return rawJson(200, `[${page.map((instance) => statusText(instance, shown)).join(",")}]`, token);
}

function pageSize(text: string | null): number {
  const size = Number(text ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(size) || size < 1)
    throw new BadRequest("The page size must be a positive whole number.");
  return Math.min(size, MAX_PAGE_SIZE);
}

/** The token is the last id of the page before; any text is a valid place to go on from. */
function readToken(token: string | undefined): string {
  return token === undefined ? "" : Buffer.from(token, "base64url").toString();
}
