import * as z from "zod";
import type { RenewableCredential } from "../azure/credential.ts";
import { oneLine, reasonOf } from "../text.ts";
import { type Answer, ask } from "./ask.ts";

/** What was asked for, or why it was not had; `status` is null where nobody answered. */
export type Found<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "no"; readonly status: number | null; readonly because: string };

/** Azure Resource Manager for one who only reads: nothing here can change anything. */
export interface Arm {
  get<T>(path: string, apiVersion: string, schema: z.ZodType<T>): Promise<Found<T>>;
  /** All pages of a list. */
  list<T>(
    path: string,
    apiVersion: string,
    item: z.ZodType<T>,
    filter?: string,
  ): Promise<Found<readonly T[]>>;
  /** Rows of Resource Graph, those of the first page. */
  query<T>(text: string, row: z.ZodType<T>): Promise<Found<readonly T[]>>;
}

interface ArmOptions {
  readonly endpoint: string;
  readonly audience: string;
  readonly credential: RenewableCredential;
}

const RESOURCE_GRAPH = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
/** More than any list here has; one that never ends must not keep anybody waiting. */
const MAX_PAGES = 50;

const Failure = z.object({ error: z.object({ code: z.string(), message: z.string().default("") }) });

/** Reads Azure Resource Manager by an identity. */
export function armBy({ endpoint, audience, credential }: ArmOptions): Arm {
  const call = async <T>(url: string, schema: z.ZodType<T>, init: RequestInit = {}): Promise<Found<T>> => {
    // Paths and next pages are Azure's words; the token goes nowhere else.
    if (URL.parse(url)?.origin !== new URL(endpoint).origin)
      return { kind: "no", status: null, because: "Azure's answer leads away from Azure." };
    const token = await tokenOf(credential, audience);
    if (token.kind === "no") return token;
    const headers = { authorization: `Bearer ${token.value}`, "content-type": "application/json" };
    return found(await ask(url, { ...init, headers }), schema);
  };
  const urlOf = (path: string, apiVersion: string, filter?: string) =>
    `${endpoint}${path}?${new URLSearchParams({ "api-version": apiVersion, ...(filter && { $filter: filter }) })}`;

  return {
    get: (path, apiVersion, schema) => call(urlOf(path, apiVersion), schema),
    list: async (path, apiVersion, item, filter) => {
      const Page = z.object({ value: z.array(item), nextLink: z.string().nullish() });
      const all: z.infer<typeof item>[] = [];
      let url: string | null = urlOf(path, apiVersion, filter);
      for (let pages = 0; url !== null && pages < MAX_PAGES; pages++) {
        const page: Found<z.infer<typeof Page>> = await call(url, Page);
        if (page.kind === "no") return page;
        all.push(...page.value.value);
        url = page.value.nextLink ?? null;
      }
      return { kind: "found", value: all };
    },
    query: async (text, row) => {
      const init = { method: "POST", body: JSON.stringify({ query: text }) };
      const rows = await call(endpoint + RESOURCE_GRAPH, z.object({ data: z.array(row) }), init);
      return rows.kind === "no" ? rows : { kind: "found", value: rows.value.data };
    },
  };
}

async function tokenOf(credential: RenewableCredential, audience: string): Promise<Found<string>> {
  try {
    const token = await credential.getToken(`${audience}/.default`);
    if (token !== null) return { kind: "found", value: token.token };
    return { kind: "no", status: null, because: "There is no token for Azure." };
  } catch (error) {
    return { kind: "no", status: null, because: `There is no token for Azure: ${reasonOf(error, 200)}` };
  }
}

function found<T>(answer: Answer, schema: z.ZodType<T>): Found<T> {
  if (answer.kind === "silence")
    return { kind: "no", status: null, because: `Azure does not answer: ${answer.because}` };
  const { status, body } = answer;
  const parsed = schema.safeParse(body);
  if (status === 200 && parsed.success) return { kind: "found", value: parsed.data };
  if (status === 200) return { kind: "no", status, because: "Azure's answer is not what is documented." };
  const failure = Failure.safeParse(body).data?.error;
  const said = failure === undefined ? "" : ` ${failure.code}: ${oneLine(failure.message, 200)}`;
  return { kind: "no", status, because: `Azure answers ${status}.${said}` };
}

/** What to do where Azure could not be asked. */
export const nextOf = ({ status }: { readonly status: number | null }): string =>
  status === null || status === 401
    ? "az login, and try again"
    : "Have an owner give you the role Reader there, or run this as somebody who has it.";
