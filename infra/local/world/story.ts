import { ARM_AUDIENCE } from "../entra/constants.ts";
import { DEMO_DIRECTORY, type Person } from "../entra/directory.ts";
import { quoted } from "../kit/quoted.ts";
import { type DataFolder, dataOption } from "../supervisor/data-folder.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import type { ShownRequest } from "./requests.ts";
import { ONE_MORE_REQUEST } from "./sample.ts";

const FATE_WIDTH = 20;

/** What became of each request so far, one line each, with the address of its audit trail. */
export function tellOutcomes(endpoints: Endpoints, requests: readonly ShownRequest[]): string[] {
  const nameWidth = Math.max(...requests.map((request) => nameOf(request).length)) + 3;
  return requests.map((request) => {
    const trail = auditUrl(endpoints, request);
    return `  ${nameOf(request).padEnd(nameWidth)}${fateOf(request).padEnd(FATE_WIDTH)}${trail}`;
  });
}

/** The commands with which a person goes on from here; they can be pasted as they are. */
export function tellNextSteps(
  folder: DataFolder,
  endpoints: Endpoints,
  requests: readonly ShownRequest[],
): string[] {
  const [first] = requests;
  const waiting = requests.find(({ state }) => state === "waiting");
  return [
    ...(waiting ? tellApproval(folder, endpoints, waiting) : []),
    "",
    "Read a request's audit trail, who decided what, when and why:",
    `  curl -sS ${as(folder, "ana")} ${first ? auditUrl(endpoints, first) : `${endpoints.app}/api/requests`}`,
    "",
    "Be one more consumer (npm run request -- --help tells of more):",
    `  npm run request -- ${ONE_MORE_REQUEST}${dataOption(folder)}`,
  ];
}

function tellApproval(folder: DataFolder, endpoints: Endpoints, request: ShownRequest): string[] {
  const { app, arm, armCa } = endpoints;
  const { ask } = request;
  const approver = DEMO_DIRECTORY.people.find((person) => isAsked(person, request));
  if (approver === undefined || ask === null)
    return ["", `None of the demo people may review ${nameOf(request)}.`];
  return [
    "",
    `Approve ${nameOf(request)} as ${approver.name}, ${approver.displayName}:`,
    `  curl -sS ${as(folder, approver.name)} ${app}/api/requests/${request.id}/reviews \\`,
    `    -H "content-type: application/json" -d '{"review":"approve","asked":${ask.seq},"reason":"The change is planned"}'`,
    "See what ARM says then:",
    `  curl -sS ${as(folder, `${approver.name} --audience ${ARM_AUDIENCE}`)} --cacert ${quoted(armCa)} \\`,
    `    "${arm}${request.connectionId}?api-version=2026-01-01"`,
  ];
}

const isAsked = ({ groups }: Person, { ask }: ShownRequest): boolean =>
  (ask?.requirement.requirements ?? []).some((one) => one.groups.some((group) => groups.includes(group)));

const auditUrl = ({ app }: Endpoints, { id }: ShownRequest) => `${app}/api/requests/${id}/audit`;

/** `.../privateEndpointConnections/pe-a.1f0e…` is of private endpoint `pe-a`. */
function nameOf({ privateEndpointId, connectionId }: ShownRequest): string {
  return (privateEndpointId ?? connectionId).split("/").at(-1) ?? connectionId;
}

function fateOf({ state, closure }: ShownRequest): string {
  if (state === "waiting") return "waits for a person";
  if (state === "deferred") return "left for now";
  return closure?.outcome ?? `still ${state}`;
}

/** The header that signs a demo person in, for curl. */
function as(folder: DataFolder, person: string): string {
  return `-H "authorization: Bearer $(npm run --silent token -- ${person}${dataOption(folder)})"`;
}
