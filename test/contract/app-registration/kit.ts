import { applyAll } from "../../../infra/azure/registration/apply.ts";
import { type GraphClient, graphClient } from "../../../infra/azure/registration/graph-client.ts";
import { type Change, changesOf } from "../../../infra/azure/registration/plan.ts";
import { readState, type State, type Wanted } from "../../../infra/azure/registration/state.ts";
import { personToken } from "../../../infra/local/world/tokens.ts";
import { aTenant, type TestTenant } from "../entra/kit/tenant.ts";

export const PLATFORM = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
export const IDENTITY = "e5f90b1d-4263-4e7f-8081-920314253645";
export const PUBLIC_URL = "https://func-approvals-x.azurewebsites.net";

/** All that can be asked for. */
export const EVERYTHING: Wanted = {
  name: "prod",
  publicUrl: PUBLIC_URL,
  allowsAz: true,
  assigned: [
    { role: "Approver", principalId: PLATFORM },
    { role: "Reader", principalId: PLATFORM },
    { role: "Integration", principalId: "9a2e5c84-1f60-4b37-8d49-7c0e4a6b3f17" },
  ],
  consents: true,
  directoryReader: IDENTITY,
};

/** A tenant, and Microsoft Graph there as one of its people. */
export interface Place {
  readonly tenant: TestTenant;
  readonly endpoint: string;
  readonly token: string;
  readonly graph: GraphClient;
  /** How long the client waited, each time, instead of waiting. */
  readonly pauses: number[];
}

/** @param whenWaiting called in the place of each pause */
export async function aPlace(person = "di", whenWaiting: () => unknown = () => undefined): Promise<Place> {
  const tenant = await aTenant();
  const endpoint = `${tenant.url}/graph`;
  const token = await personToken({ entra: tenant.url, tenantId: tenant.tenantId }, person, endpoint);
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    await whenWaiting();
  };
  return { tenant, endpoint, token, graph: graphClient({ endpoint, token, pause }), pauses };
}

/** What the command does with `--apply`. */
export async function register(graph: GraphClient, wanted: Wanted = EVERYTHING): Promise<State> {
  return applyAll(graph, await readState(graph, wanted), wanted, () => undefined);
}

/** What the command says without it. */
export const planned = async (graph: GraphClient, wanted: Wanted = EVERYTHING): Promise<readonly Change[]> =>
  changesOf(await readState(graph, wanted), wanted);

/** What Graph was sent that changes something, by its log. */
export const writesTo = ({ tenant }: Place): readonly string[] =>
  tenant.lines.filter((line) => /^graph: (?!GET )/.test(line));
