/** An instance of the app in a process of its own, as far as it shares a store: does what it is told, and says what came of it. */
import { setTimeout as pause } from "node:timers/promises";
import { createBudgets } from "../../../shared/azure/budgets.ts";
import { appCredential } from "../../../shared/azure/credential.ts";
import { instant } from "../../../shared/connection/connection.ts";
import { deliverNext } from "../../../shared/notify/deliver.ts";
import { PoliciesInForce } from "../../../shared/policy-in-force/policies.ts";
import { writeDown } from "../../../shared/request/life.ts";
import type { Line } from "../../../shared/request/notice.ts";
import { openStore } from "../../../shared/store/open.ts";
import { StoreAddress } from "../../../shared/store-address.ts";
import { aClusterId, later } from "../../fixtures/builders.ts";
import { delayed } from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";
import { noSwitches } from "../../fixtures/switches.ts";
import type { Answers, Order } from "./processes.ts";
import { CHANNELS, RECIPIENTS, trailOf } from "./store-under-test.ts";

const [address = ""] = process.argv.slice(2);
const tell = (message: object) => void process.send?.(message);
const warn = (line: string) => void process.stderr.write(`${line}\n`);
const store = await openStore(StoreAddress.parse(address), {
  recipients: RECIPIENTS,
  credential: appCredential(undefined),
  warn,
});
const budgets = createBudgets({ aks: { burst: 20, perSecond: 0.01 }, armReads: { burst: 1, perSecond: 1 } });
let policyText = "";
const policies = new PoliciesInForce({
  source: { read: async () => ({ file: "policy.yaml", text: policyText, lists: new Map() }) },
  approvalsOff: false,
  modeAtMost: "enforce",
  switches: noSwitches(),
  signers: null,
  standing: store.standing,
  rejectionDelayMs: 600_000,
  now: Date.now,
});

const does: { readonly [K in keyof Answers]: (order: Order & { do: K }) => Promise<Answers[K]> } = {
  /** Adds a record to each request again and again, by the request as it is seen. */
  append: async ({ names, times }) => {
    const taken: string[] = [];
    for (let n = 0; n < times; n++)
      for (const name of names) {
        const first = trailOf(name);
        const seen = await store.read(first.request.id);
        const change =
          seen === null ? first : writeDown(seen, [delayed(`${process.pid}`)], later(seen.seq), SEALS);
        if (await store.append(change)) taken.push(`${name} ${change.request.seq}`);
      }
    return taken;
  },
  /** Brings out what the lines have to tell, as their orchestrations do. */
  deliver: async ({ lines }) => {
    for (const line of lines) await deliver(line);
    return lines.length;
  },
  /** Looks at its policy. */
  look: async ({ policy }) => {
    policyText = policy;
    await policies.refresh(() => undefined);
    return policies.status().rejectsFrom;
  },
  /** Makes calls to ARM in a row. */
  spend: async ({ calls }) => {
    const budget = budgets.connections(aClusterId());
    let made = 0;
    for (let n = 0; n < calls && budget.hasRoom(); n++)
      await budget.spend({ purpose: "look", consumer: null }, async () => void made++);
    return made;
  },
};

async function deliver(line: Line): Promise<void> {
  const channels = CHANNELS.map((name) => ({
    name,
    send: async ({ id }: { readonly id: string }) => {
      tell({ told: id });
      // Here it is killed: the notice is with the channel, and not crossed off.
      await pause(20);
    },
  }));
  const needs = { store, outbox: store.outbox, channels, subscribers: [], warn, error: warn };
  while ((await deliverNext(needs, line, instant(Date.now()))).kind === "more");
}

process.on("message", (order: Order) => {
  const doIt = does[order.do] as (order: Order) => Promise<unknown>;
  void doIt(order).then((answer) => tell({ answer }));
});
tell({ answer: "ready" });
