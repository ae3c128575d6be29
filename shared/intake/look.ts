import type { ClusterId, ConnectionId } from "../connection/arm-id.ts";
import type { PrivateEndpointConnection } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { Listing } from "../connection/port.ts";
import { type Turn, turnOf } from "../connection/turn.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { HintSource } from "../request/terms.ts";
import { reasonOf } from "../text.ts";
import type { TakingTurns } from "../workflow/needs.ts";
import { type ReconcileNeeds, reconcile, reconcileRequest } from "../workflow/reconcile.ts";

export interface LookNeeds extends ReconcileNeeds, TakingTurns {
  warn(line: string): void;
}

/** What came of a hint. */
export interface Findings {
  /** Connections that were looked at. */
  readonly seen: number;
  /** Requests that were opened. */
  readonly opened: number;
  /** Why nothing was looked at, null when something was. */
  readonly ignored: string | null;
  /** What ARM lists and we cannot understand, each by name: people must look at it. */
  readonly strange: readonly Fault[];
}

export const nothing = (because: string): Findings => ({
  seen: 0,
  opened: 0,
  ignored: because,
  strange: [],
});

/** What came of several; ignored where all of them were. */
export const sum = (findings: readonly Findings[]): Findings => ({
  seen: findings.reduce((total, { seen }) => total + seen, 0),
  opened: findings.reduce((total, { opened }) => total + opened, 0),
  ignored: findings.every(({ ignored }) => ignored !== null) ? (findings[0]?.ignored ?? null) : null,
  strange: findings.flatMap(({ strange }) => strange),
});

/** Why a cluster is looked at. */
export interface Aim {
  /** Connections and endpoints that hints named, and from where each was heard. */
  readonly names: ReadonlyMap<string, HintSource>;
  /** From where it was heard that everything should be looked at; null when nobody said so. */
  readonly everything: HintSource | null;
}

/** Everything on a cluster, for this reason. */
export const everything = (source: HintSource): Aim => ({ names: new Map(), everything: source });

/** What a look found, and what of its aim is left because ARM had no time for it. */
export interface Looked {
  readonly findings: Findings;
  readonly left: { readonly aim: Aim; readonly fault: Fault } | null;
}

/** What was seen of each connection when it was looked at last. */
export type Known = Map<
  ConnectionId,
  { readonly text: string; readonly endpoint: PrivateEndpointConnection["privateEndpointId"] }
>;

/** Connections that are looked at side by side: some of them have to be read afresh. */
const SIDE_BY_SIDE = 8;

/**
 * Looks at all connections that a list shows, and at the requests that wait for what it shows no more. What was named
 * comes first, and the consumers take turns. What nobody named, and looks as it did the last time, is passed over: the
 * sweep looks at everything.
 *
 * What is wrong with one connection keeps no other from being looked at. @throws the first failure of what was named
 */
export async function lookThrough(
  needs: LookNeeds,
  cluster: ClusterId,
  { items, unreadable }: Listing<PrivateEndpointConnection>,
  aim: Aim,
  known: Known,
): Promise<Looked> {
  const pass = new Pass(needs, aim);
  const isNew = (connection: PrivateEndpointConnection) =>
    known.get(connection.id)?.text !== textOf(connection);
  const due = items.filter((connection) => pass.sourceOf(connection) !== null || isNew(connection));
  await sideBySide(inTurns(due, pass), async (connection) => {
    const { id, privateEndpointId: endpoint } = connection;
    if (await pass.see(connection)) known.set(id, { text: textOf(connection), endpoint });
    else known.delete(id);
  });

  const listed = new Set<string>(items.map(({ id }) => id));
  for (const id of known.keys()) if (!listed.has(id)) known.delete(id);
  const open = await needs.ledger.store.open({ cluster });
  await sideBySide(
    open.filter(({ connectionId }) => !listed.has(connectionId)),
    (request) => pass.miss(request),
  );
  return pass.result(unreadable);
}

const textOf = ({ privateEndpointId, status, description }: PrivateEndpointConnection): string =>
  JSON.stringify([privateEndpointId, status, description]);

/** One way through the connections of a list. */
class Pass {
  readonly #needs: LookNeeds;
  readonly #aim: Aim;
  readonly #left = new Map<string, HintSource>();
  #fault: Fault | null = null;
  #failure: { readonly error: unknown } | null = null;
  #seen = 0;
  #opened = 0;

  constructor(needs: LookNeeds, aim: Aim) {
    this.#needs = needs;
    this.#aim = aim;
  }

  /** From where it was heard that this one should be looked at; null when nobody said so. */
  sourceOf({ id, privateEndpointId }: PrivateEndpointConnection): HintSource | null {
    const { names, everything } = this.#aim;
    return names.get(id) ?? names.get(privateEndpointId ?? "") ?? everything;
  }

  /** @returns whether it could be looked at */
  async see(connection: PrivateEndpointConnection): Promise<boolean> {
    const { id, privateEndpointId } = connection;
    const source = this.sourceOf(connection);
    // What nobody named is heard of from where the first one that somebody did was.
    const [heard = "sweep"] = source === null ? this.#aim.names.values() : [source];
    return this.#attempt(id, privateEndpointId, source, async (needs) => {
      this.#seen += 1;
      if (await reconcile(needs, connection, heard)) this.#opened += 1;
    });
  }

  /** A request that waits for what is not listed. */
  async miss(request: ApprovalRequest): Promise<boolean> {
    const { connectionId, privateEndpointId } = request;
    const { names, everything } = this.#aim;
    const source = names.get(connectionId) ?? names.get(privateEndpointId ?? "") ?? everything;
    return this.#attempt(connectionId, privateEndpointId, source, async (needs) => {
      await reconcileRequest(needs, request, null);
    });
  }

  result(strange: readonly Fault[]): Looked {
    if (this.#failure !== null) throw this.#failure.error;
    const findings = { seen: this.#seen, opened: this.#opened, ignored: null, strange };
    if (this.#fault === null) return { findings, left: null };
    return { findings, left: { aim: { names: this.#left, everything: null }, fault: this.#fault } };
  }

  async #attempt(
    id: ConnectionId,
    endpoint: PrivateEndpointConnection["privateEndpointId"],
    source: HintSource | null,
    work: (needs: LookNeeds) => Promise<void>,
  ): Promise<boolean> {
    const turn: Turn = turnOf(endpoint, "look");
    try {
      await work({ ...this.#needs, connections: this.#needs.inTurnOf(turn) });
      return true;
    } catch (error) {
      if (source !== null && error instanceof Fault && error.code === "THROTTLED") {
        this.#left.set(id, source);
        this.#fault ??= error;
      } else if (source !== null) this.#failure ??= { error };
      else this.#needs.warn(`${id} could not be looked at yet: ${reasonOf(error, 300)}`);
      return false;
    }
  }
}

/** What was named first; then one of each consumer, and again. */
function inTurns(connections: readonly PrivateEndpointConnection[], pass: Pass): PrivateEndpointConnection[] {
  const before = new Map<string, number>();
  const ranked = connections.map((connection) => {
    const isNamed = pass.sourceOf(connection) !== null;
    const queue = `${isNamed} ${turnOf(connection.privateEndpointId, "look").consumer}`;
    const place = before.get(queue) ?? 0;
    before.set(queue, place + 1);
    return { connection, isNamed, place };
  });
  return ranked
    .toSorted((a, b) => Number(b.isNamed) - Number(a.isNamed) || a.place - b.place)
    .map(({ connection }) => connection);
}

async function sideBySide<T>(things: readonly T[], work: (thing: T) => Promise<unknown>): Promise<void> {
  const waiting = [...things];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
}
