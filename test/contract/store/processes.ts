import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { Instant } from "../../../shared/connection/connection.ts";
import { accountOf } from "../../../shared/request/account.ts";
import type { Line } from "../../../shared/request/notice.ts";
import type { Store } from "../../../shared/store/store.ts";
import { MINUTE } from "../../fixtures/builders.ts";
import { asked, assessed } from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { CHANNELS, trailOf } from "./store-under-test.ts";

/** What an instance can be told to do. */
export type Order =
  | { readonly do: "append"; readonly names: readonly string[]; readonly times: number }
  | { readonly do: "deliver"; readonly lines: readonly Line[] }
  | { readonly do: "look"; readonly policy: string }
  | { readonly do: "spend"; readonly calls: number };

/** What it answers. */
export interface Answers {
  /** The records that were taken, as `<name> <seq>`. */
  append: readonly string[];
  deliver: number;
  /** From when on its policy may reject. */
  look: Instant | null;
  /** How many calls there was room for. */
  spend: number;
}

const CHILD = fileURLToPath(new URL("./instance.ts", import.meta.url));

/** An instance of the app in a process of its own. */
class Instance {
  /** The notices that it handed to a channel, in order. */
  readonly told: string[] = [];
  readonly #child: ChildProcess;
  readonly #answers: unknown[] = [];
  #heard = Promise.withResolvers<void>();

  constructor(address: string) {
    this.#child = fork(CHILD, [address]);
    this.#child.on("message", (message: { answer: unknown } | { told: string }) => {
      if ("told" in message) this.told.push(message.told);
      else this.#answers.push(message.answer);
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    });
    onTestFinished(() => this.kill());
  }

  async ready(): Promise<this> {
    await this.#answer();
    return this;
  }

  async order<O extends Order>(order: O): Promise<Answers[O["do"]]> {
    this.#child.send(order);
    return (await this.#answer()) as Answers[O["do"]];
  }

  /** Waits until it has told so much, and kills it there and then. */
  async killWhenTold(many: number): Promise<void> {
    while (this.told.length < many) await this.#heard.promise;
    await this.kill();
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  async #answer(): Promise<unknown> {
    while (this.#answers.length === 0) await this.#heard.promise;
    return this.#answers.shift();
  }
}

const names = (what: string, many: number): string[] =>
  Array.from({ length: many }, (_, n) => `pe-${what}-${n}`);

/** Where the store of a test is, as `AUDIT_STORE` names it, and what opens it. */
export interface Shared {
  address(): string;
  open(address: string): Promise<Store>;
}

/** A store, and two instances of the app on it, which open it at the same time. */
async function two({ address: addressOf, open }: Shared) {
  const address = addressOf();
  const [one, other] = await Promise.all([new Instance(address).ready(), new Instance(address).ready()]);
  return { one, other, store: await open(address) };
}

/** What holds for two instances of the app that share a store and nothing else, each in a process of its own. */
export function sharing(shared: Shared): void {
  test("never both win an append: each record is one instance's, and no trail has a hole or a false seal", async () => {
    const { one, other, store } = await two(shared);
    const order = { do: "append", names: names("race", 5), times: 12 } as const;

    const [mine, theirs] = await Promise.all([one.order(order), other.order(order)]);

    const trails = await Promise.all(order.names.map((name) => store.trail(trailOf(name).request.id)));
    const stored = trails.flatMap((trail, n) => trail.map(({ seq }) => `${order.names[n]} ${seq}`));
    expect([...mine, ...theirs].sort()).toEqual(stored.sort());
    expect(trails.map((trail) => trail.map(({ seq }) => seq))).toEqual(
      trails.map((trail) => trail.map((_, index) => index + 1)),
    );
    for (const name of order.names)
      expect((await accountOf({ store, seals: SEALS }, trailOf(name).request.id)).kind).toBe("sound");
    expect(Math.min(mine.length, theirs.length)).toBeGreaterThan(0);
  });

  test("bring out every notice, and twice only the one that was in hand when an instance was killed", async () => {
    const { one, other, store } = await two(shared);
    const trails = names("told", 10).map((name) => trailOf(name, assessed(), asked()));
    for (const trail of trails) await store.append(trail);
    const lines = trails.flatMap(({ request }) =>
      CHANNELS.map((channel) => ({ requestId: request.id, channel })),
    );
    const half = lines.length / 2;

    const rest = other.order({ do: "deliver", lines: lines.slice(half) });
    void one.order({ do: "deliver", lines: lines.slice(0, half) });
    await one.killWhenTold(4);
    await rest;
    await other.order({ do: "deliver", lines });

    const told = [...one.told, ...other.told];
    const inHand = one.told.at(-1);
    const twice = told.filter((id, index) => told.indexOf(id) !== index);
    expect(new Set(told)).toEqual(
      new Set(lines.map(({ requestId, channel }) => `${requestId}:3:${channel}`)),
    );
    expect(twice).toEqual([inHand]);
    expect((await Promise.all(lines.map((line) => store.outbox.pending(line)))).flat()).toEqual([]);
  });

  test("agree since when a policy stands; while they have two, neither stands for long", async () => {
    const { one, other } = await two(shared);
    const begunAt = Date.now();
    const look = (instance: Instance, policy: string) => instance.order({ do: "look", policy });

    const first = await look(one, STRICT);
    const agreed = await look(other, STRICT);
    const changed = await look(other, LENIENT);
    const changedBack = await look(one, STRICT);
    const agreedAgain = await look(other, STRICT);

    expect(Date.parse(first ?? "")).toBeGreaterThanOrEqual(begunAt + 10 * MINUTE);
    expect(agreed).toBe(first);
    expect(Date.parse(changed ?? "")).toBeGreaterThan(Date.parse(first ?? ""));
    expect(Date.parse(changedBack ?? "")).toBeGreaterThanOrEqual(Date.parse(changed ?? ""));
    expect(agreedAgain).toBe(changedBack);
  });
}

/** What each instance has for itself. */
export function notSharing(shared: Shared): void {
  test("have budgets of calls of their own: what one has spent, the other has still", async () => {
    const { one, other } = await two(shared);

    const spent = await one.order({ do: "spend", calls: 100 });
    const left = await one.order({ do: "spend", calls: 100 });
    const others = await other.order({ do: "spend", calls: 100 });

    expect(spent).toBeGreaterThan(5);
    expect(left).toBe(0);
    expect(others).toBe(spent);
  });
}

const policyOf = (effect: string): string => `apiVersion: policy/v1
kind: ConnectionPolicy
approvers:
  platform: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] }
default: { ask: { approvers: [platform], quorum: 1, timeout: ${effect} } }
rules: []
`;
const STRICT = policyOf("24h");
const LENIENT = policyOf("48h");
