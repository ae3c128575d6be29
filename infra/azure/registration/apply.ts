import type { GraphClient } from "./graph-client.ts";
import { nextWrite, type Write } from "./plan.ts";
import { Application, type Assignment, Grant, Principal } from "./schemas.ts";
import {
  applicationPath,
  awaitApplication,
  awaitPrincipal,
  principalPath,
  type State,
  type Wanted,
  type Which,
} from "./state.ts";

/** More than all there is to do, several times over. */
const MOST_WRITES = 200;

/** Told before each call that changes something. */
type Tell = (write: Write) => void;

/**
 * Makes what was asked for, one call after the other; each leaves something whole, so a run that is killed is taken up by
 * the next one. What was sent counts as what is there: Graph may answer a read with the past for a while.
 * @throws CommandError
 */
export async function applyAll(
  graph: GraphClient,
  before: State,
  wanted: Wanted,
  tell: Tell,
): Promise<State> {
  let state = before;
  for (let count = 0; count < MOST_WRITES; count++) {
    const write = nextWrite(state, wanted);
    if (write === null) return state;
    tell(write);
    state = await applied(graph, state, wanted, write);
  }
  throw new Error(`After ${MOST_WRITES} calls there is still something to do.`);
}

async function applied(graph: GraphClient, state: State, wanted: Wanted, write: Write): Promise<State> {
  switch (write.kind) {
    case "application": {
      const application = await sendApplication(graph, state, wanted.name, write);
      return { ...state, applications: { ...state.applications, [write.which]: application } };
    }
    case "principal": {
      const said = await graph.write("PATCH", principalPath(write.appId), write.body, true);
      const old = state.principals[write.which];
      const principal =
        old === null
          ? (Principal.safeParse(said).data ?? (await awaitPrincipal(graph, write.appId)))
          : { ...old, ...write.body };
      return { ...state, principals: { ...state.principals, [write.which]: principal } };
    }
    case "role":
      return assign(graph, state, write);
    case "grant": {
      const { old, body } = write;
      const said =
        old === null
          ? await graph.write("POST", "oauth2PermissionGrants", body)
          : await graph.write("PATCH", `oauth2PermissionGrants/${old.id}`, { scope: body.scope });
      const grant = Grant.safeParse(said).data ?? { id: "", ...old, ...body };
      return { ...state, grants: [...state.grants.filter((each) => each !== old), grant] };
    }
  }
}

/** By its unique name, so that two who run this at once make one registration. */
async function sendApplication(
  graph: GraphClient,
  { applications }: State,
  name: string,
  { which, body }: { readonly which: Which; readonly body: object },
): Promise<Application> {
  const old = applications[which];
  if (old !== null) {
    await graph.write("PATCH", `applications/${old.id}`, body);
    return { ...old, ...body };
  }
  const said = await graph.write("PATCH", applicationPath(name, which), body, true);
  return Application.safeParse(said).data ?? (await awaitApplication(graph, name, which));
}

async function assign(graph: GraphClient, state: State, write: Write & { kind: "role" }): Promise<State> {
  const { of, principalId, resourceId, appRoleId } = write;
  const assignment: Assignment = { principalId, resourceId, appRoleId };
  if (of === "api") {
    await graph.write("POST", `servicePrincipals/${resourceId}/appRoleAssignedTo`, assignment);
    return { ...state, holders: [...state.holders, assignment] };
  }
  await graph.write("POST", `servicePrincipals/${principalId}/appRoleAssignments`, assignment);
  return { ...state, identityRoles: [...state.identityRoles, assignment] };
}
