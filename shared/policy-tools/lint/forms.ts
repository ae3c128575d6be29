import { isGlob } from "../../policy/glob.ts";
import { GUID } from "../../policy/guid.ts";
import { enumerate, quote } from "../../policy/text.ts";
import { lookalikeIn } from "./lookalikes.ts";

/** Why a text never is the value of a field, after "is" or "are"; null when it may be. */
export type Fault = (text: string) => string | null;

/** The first fault that a text for this field has. @param field - its path, without a tag's name: `cluster.tags` */
export function faultOf(field: string, text: string): string | null {
  const { form = null, isName = false } = FIELDS[field] ?? {};
  return faultOfAny(text, isName) ?? form?.(text) ?? null;
}

/** Habits from elsewhere. In a name none of their signs can stand; a tag or a message may hold some of them. */
function faultOfAny(text: string, isName: boolean): string | null {
  // As word processors write them around a text.
  if (/^[“”„‘’«»]|[“”„‘’«»]$/u.test(text)) return "in typographic quotes, which are part of the text here";
  if (/^![^!\s]/.test(text))
    return `written with "!", which is a character like any other here; write { not: ${quote(text.slice(1), 60)} }`;
  const parts = partsOf(text, isName);
  if (parts.length > 1)
    return `several texts in one; write a list: [${parts.map((part) => quote(part, 60)).join(", ")}]`;
  if ((isName ? REGEXP_IN_NAME : REGEXP).test(text))
    return 'written like a regular expression; here "*" is any run of characters and "?" exactly one, and a list means any of its texts';
  return lookalikeIn(text);
}

/** What a regular expression has and a name or a sentence has not. */
const REGEXP =
  /^\^|^\.[*+]|\.[*+].*\$$|\\[dwsb.]|\[[^\]]*\w-\w[^\]]*\]|\(\?[:=!]|^[\w*?.-]+(?:\|[\w*?.-]+)+$/i;
/** A point before a star may stand there, but hardly does. */
const REGEXP_IN_NAME = new RegExp(`${REGEXP.source}|[.)\\]][*+]|[$^|\\\\]|\\[.*\\]`, "i");

/** `rg-a, rg-b` and `rg-{a,b}` as the texts that are meant. */
function partsOf(text: string, isName: boolean): readonly string[] {
  const [, before = "", inside = "", after = ""] = /^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/.exec(text) ?? [];
  const written = inside === "" ? text : inside;
  const parts = written.split(isName ? /[,;\s]+/ : /[,;]\s*/).filter((part) => part !== "");
  // A sentence may hold commas, too.
  const part = isName ? /^[\w*?.()-]+$/ : /^[a-z\d*?._-]+$/;
  const areMeant = /[,;]/.test(written) && parts.every((each) => part.test(each));
  return areMeant ? parts.map((each) => before + each + after) : [];
}

interface Form {
  readonly form: Fault;
  /** Whether its values are made of what names are made of. */
  readonly isName: boolean;
}

const name = (form: Fault): Form => ({ form, isName: true });

const noIdOf = (what: string): Form =>
  name((text) => {
    if (GUID.test(text) || (isGlob(text) && /^[-0-9a-f*?]+$/i.test(text))) return null;
    return text.toLowerCase().startsWith("/subscriptions/")
      ? `no ${what} id; leave "/subscriptions/" out`
      : `no ${what} id (a GUID)`;
  });

/**
 * The name of something in Azure.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
const noNameOf = (what: string, characters: RegExp, max: number, kind: RegExp): Form =>
  name((text) => {
    if (text.startsWith("/")) return `an ARM id; write the name alone: ${quote(nameIn(text, kind), 60)}`;
    const odd = [...text].find((character) => !/[*?]/.test(character) && !characters.test(character));
    if (odd !== undefined) return `no name of a ${what}, which never holds ${quote(odd)}`;
    return text.replaceAll("*", "").length > max
      ? `no name of a ${what}, which has at most ${max} characters`
      : null;
  });

/** The segment behind the one that says what it is; the last one when there is none. */
function nameIn(id: string, kind: RegExp): string {
  const segments = id.split("/").filter((segment) => segment !== "");
  const at = segments.findIndex((segment) => kind.test(segment));
  return (at < 0 ? null : segments[at + 1]) ?? segments.at(-1) ?? "";
}

const RESOURCE_GROUP = noNameOf("resource group", /[-\p{L}\p{N}_.()]/u, 90, /^resourceGroups$/i);

/**
 * A subscription is called as its owners like, with blanks and all, in at most 64 characters; its id is another fact.
 * @see https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-naming
 */
const SUBSCRIPTION_NAME: Form = {
  isName: false,
  form: (text) => {
    if (GUID.test(text) || text.toLowerCase().startsWith("/subscriptions/"))
      return "an id and no name; write it as endpoint.subscription";
    return text.replaceAll("*", "").length > 64
      ? "no name of a subscription, which has at most 64 characters"
      : null;
  },
};

const LOCATION = name((text) =>
  /^[a-z0-9*?]*$/i.test(text)
    ? null
    : `no location in ARM's short form, which is like ${quote(text.toLowerCase().replace(/[^a-z0-9]+/g, ""), 60)}`,
);

const SOURCES = ["event", "message", "sweep"];

/** The fields of which it is known what their values look like, by their paths. */
const FIELDS: Readonly<Record<string, Form>> = {
  "endpoint.subscription": noIdOf("subscription"),
  "endpoint.resourceGroup": RESOURCE_GROUP,
  "endpoint.name": noNameOf("private endpoint", /[-\w.]/, 80, /^privateEndpoints$/i),
  "endpoint.location": LOCATION,
  "consumer.tenant": noIdOf("tenant"),
  "consumer.subscriptionName": SUBSCRIPTION_NAME,
  "consumer.managementGroups": noNameOf("management group", /[-\p{L}\p{N}_.()]/u, 90, /^managementGroups$/i),
  "cluster.subscription": noIdOf("subscription"),
  "cluster.resourceGroup": RESOURCE_GROUP,
  "cluster.name": noNameOf("cluster", /[-\w]/, 63, /^managedClusters$/i),
  "cluster.location": LOCATION,
  requester: name((text) =>
    text.includes("@") || isGlob(text) || GUID.test(text)
      ? null
      : 'no sign-in name, which has an "@", and no app\'s id',
  ),
  requesterId: noIdOf("person's object"),
  source: name((text) =>
    isGlob(text) || SOURCES.includes(text.toLowerCase())
      ? null
      : `no source; there are ${enumerate(SOURCES, 3)}`,
  ),
};
