import { DEMO_DIRECTORY, type Person } from "../entra/directory.ts";
import { type DataFolder, dataOption } from "../supervisor/data-folder.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import type { ListedRequest } from "./requests.ts";
import { ONE_MORE_REQUEST } from "./sample.ts";

/** Whom a newcomer signs in as: the person who can answer most of what waits. */
const NEWCOMER = "ana";
const FATE_WIDTH = 20;

/** Where people answer, which is what somebody who has just started all this wants to know first. */
export function tellInbox({ app, teams }: Pick<Endpoints, "app" | "teams">): string[] {
  return [
    "",
    `  Open ${inboxOf(app)} and sign in as ${signInName()}.`,
    `  What is posted to Teams is on ${teams.page}/`,
    "",
  ];
}

const inboxOf = (app: string): string => `${app}/inbox/`;

/** `Ana (approver)`. */
function signInName(): string {
  const person = DEMO_DIRECTORY.people.find(({ name }) => name === NEWCOMER);
  return `${capitalised(NEWCOMER)}${person === undefined ? "" : ` (${roleOf(person)})`}`;
}

const roleOf = ({ roles }: Person): string => (roles[0] ?? "no role").toLowerCase();
const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** What became of each request so far, one line each, with its address in the inbox. */
export function tellOutcomes({ app }: Pick<Endpoints, "app">, requests: readonly ListedRequest[]): string[] {
  const nameWidth = Math.max(...requests.map((request) => nameOf(request).length)) + 3;
  return requests.map((request) => {
    const fate = fateOf(request).padEnd(FATE_WIDTH);
    return `  ${nameOf(request).padEnd(nameWidth)}${fate}${inboxOf(app)}#/requests/${request.id}`;
  });
}

/** How many there are of each fate: `9 wait for a person, 7 approved`. */
export function tellFigures(requests: readonly ListedRequest[]): string {
  const counts = new Map<string, number>();
  for (const request of requests) counts.set(fateOf(request), (counts.get(fateOf(request)) ?? 0) + 1);
  const figures = [...counts].toSorted(([, a], [, b]) => b - a).map(([fate, count]) => `${count} ${fate}`);
  return `${requests.length} requests: ${figures.join(", ")}`;
}

/** The commands with which somebody goes on in a terminal; they can be pasted as they are. */
export function tellNextSteps(folder: DataFolder, { app }: Pick<Endpoints, "app">): string[] {
  return [
    "Be one more consumer (npm run request -- --help tells of more):",
    `  npm run request -- ${ONE_MORE_REQUEST}${dataOption(folder)}`,
    "",
    "In a script, what waits for Ana:",
    `  curl -sS ${as(folder, NEWCOMER)} "${app}/api/requests?waitsForMe=true"`,
  ];
}

const nameOf = ({ endpoint, id }: ListedRequest): string => endpoint ?? id;

function fateOf({ state, outcome }: ListedRequest): string {
  if (state === "waiting") return "waiting for people";
  if (state === "deferred") return "left for now";
  return outcome ?? `still ${state}`;
}

/** The header that signs a demo person in, for curl. */
function as(folder: DataFolder, person: string): string {
  return `-H "authorization: Bearer $(npm run --silent token -- ${person}${dataOption(folder)})"`;
}
