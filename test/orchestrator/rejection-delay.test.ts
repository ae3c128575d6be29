import { describe, expect, test } from "vitest";
import { parseConfig } from "../../shared/config.ts";
import { requestIdOf } from "../../shared/connection/connection.ts";
import { Fault } from "../../shared/connection/fault.ts";
import { withApprovalsOff } from "../../shared/policy/index.ts";
import { PoliciesInForce } from "../../shared/policy-in-force/policies.ts";
import type { Policies, PolicyFiles, Standing } from "../../shared/policy-in-force/port.ts";
import {
  APPROVES,
  aConnection,
  aConnectionId,
  anEndpoint,
  aPolicy,
  aPolicyWith,
  HOUR,
  MINUTE,
  PLATFORM,
  PROVIDER,
  REJECTS,
} from "../fixtures/builders.ts";
import type { VirtualClock } from "../fixtures/desk.ts";
import { noSwitches } from "../fixtures/switches.ts";
import { ana, Life } from "./life.ts";

const { REJECTION_DELAY_MS: rejectionDelayMs } = parseConfig({
  CLUSTER_SCOPES: `/subscriptions/${PROVIDER}`,
  TENANT_ID: PROVIDER,
  SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
  AUDIT_STORE: "audit.sqlite",
  PUBLIC_URL: "https://approvals.example",
  RECORD_KEYS: `test:${"A".repeat(44)}`,
  ServiceBus: "Endpoint=sb://bus.example",
});
const REJECTED = ["received", "assessed", "decided", "applying", "applied", "verified"];
const SILENCE_REJECTS =
  "{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 5m, onTimeout: reject } } }";
const NOT_VISIBLE =
  "visibility: { allow: { endpoint: { resourceGroup: rg-friends } }, otherwise: { reject: { reason: Ask first. } } }";

/** A life in which the app has just started with a policy, which waits for as long as the settings say by themselves. */
function aLife(policy = aPolicy(REJECTS)): Life {
  const life = new Life({ rejectionDelayMs });
  life.putInForce(policy);
  return life;
}

describe("what a policy rejects that has only just come into force", () => {
  test.each([
    ["by a rule", aPolicy(REJECTS)],
    ["by who may see the cluster", aPolicyWith([NOT_VISIBLE], APPROVES)],
    ["because nobody answered", aPolicy(SILENCE_REJECTS)],
  ])("is rejected %s, but not before ten minutes are over", async (_how, policy) => {
    const life = aLife(policy);
    await life.begin();

    await life.hub.run(10 * MINUTE - 1);
    expect(life.status()).toBe("Pending");
    expect(await life.request()).toMatchObject({ state: "applying", application: null });
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Rejected");
    expect(life.desk.world.puts).toHaveLength(1);
    expect(life.instance()).toBe("Completed");
  });

  test("says while it waits until when, and uses up no patience with ARM", async () => {
    const life = aLife();
    await life.begin();

    await life.hub.run(HOUR);

    const sentence = `${life.id}: HELD: The policy in force rejects this, though not before 2026-03-02 09:10 UTC: it has only just come into force.`;
    expect(life.desk.warnings).toEqual([
      `${sentence} Trying again in 300 s.`,
      expect.stringContaining(`${sentence} Trying again in 2`),
    ]);
    expect((await life.kinds()).filter((kind) => kind !== "delayed")).toEqual(REJECTED);
  });

  test.each([
    ["approved", aPolicy(APPROVES), "closed"],
    ["asked about", aPolicy(), "waiting"],
  ])("is %s without a delay", async (_what, policy, state) => {
    const life = aLife(policy);
    await life.begin();

    await life.hub.run(MINUTE);

    expect((await life.request()).state).toBe(state);
  });

  test("is rejected at once by a person", async () => {
    const life = aLife(aPolicy());
    await life.begin();
    await life.hub.run(MINUTE);

    await life.review(ana, "reject");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Rejected");
  });

  test("is not rejected at all where another policy comes before the ten minutes are over", async () => {
    const life = aLife();
    await life.begin();
    await life.hub.run(9 * MINUTE);
    life.putInForce(aPolicy());

    await life.hub.run(HOUR);

    expect(life.desk.world.puts).toEqual([]);
    expect((await life.request()).state).toBe("waiting");
  });

  test("waits anew where the kill switch makes it another policy", async () => {
    const life = aLife();
    await life.begin();
    await life.hub.run(9 * MINUTE);
    life.putInForce(withApprovalsOff(aPolicy(REJECTS)));

    await life.hub.run(10 * MINUTE - 1);
    expect(life.status()).toBe("Pending");
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Rejected");
  });
});

describe("what waits for people when a policy comes into force that rejects it", () => {
  test("goes on waiting with its reviews until the policy may reject, and is rejected then", async () => {
    const life = aLife(aPolicy());
    await life.begin();
    await life.hub.run(MINUTE);
    life.putInForce(aPolicy(REJECTS));

    for (let minute = 1; minute < 10; minute++) {
      await life.reassess();
      await life.hub.run(MINUTE);
    }
    expect((await life.request()).state).toBe("waiting");
    expect(life.desk.notices).toEqual(["asked"]);
    await life.hub.run(MINUTE);
    await life.reassess();
    await life.hub.run(MINUTE);

    expect(life.status()).toBe("Rejected");
    expect(life.desk.notices).toEqual(["asked", "withdrawn"]);
  });

  test("takes no review that the policy would not leave to people, and says why", async () => {
    const life = aLife(aPolicy());
    await life.begin();
    await life.hub.run(MINUTE);
    life.putInForce(aPolicy(REJECTS));

    await expect(life.review(ana, "approve")).rejects.toThrow(
      "The policy in force rejects this, though not before 2026-03-02 09:11 UTC: it has only just come into force.",
    );

    expect(await life.kinds()).toEqual(["received", "assessed", "asked"]);
  });
});

describe("what people approved when a policy comes into force that rejects it, before ARM took it", () => {
  const approvedAndPutOff = async () => {
    const life = aLife(aPolicy());
    await life.begin();
    await life.hub.run(MINUTE);
    life.desk.world.trouble("answer", new Fault("BUSY", "Upgrading."), { times: 4 });
    await life.review(ana, "approve");
    await life.hub.run(12_000);
    life.putInForce(aPolicy(REJECTS));
    return life;
  };

  test("is approved without another review where that policy is replaced before it may reject", async () => {
    const life = await approvedAndPutOff();
    await life.hub.run(5 * MINUTE);
    expect(life.status()).toBe("Pending");
    life.putInForce(aPolicy(APPROVES));

    await life.hub.run(6 * MINUTE);

    expect(life.status()).toBe("Approved");
    expect((await life.request()).decision?.by).toMatchObject({ name: "Ana" });
  });

  test("is rejected where it stays", async () => {
    const life = await approvedAndPutOff();

    await life.hub.run(15 * MINUTE);

    const effective = life.desk.world.puts.filter(({ changed }) => changed);
    expect(effective.map(({ answer }) => answer)).toEqual(["Rejected"]);
  });
});

const ASKS = `apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { platform: { groups: [${PLATFORM}] } }
default: { ask: { approvers: [platform] } }
rules:
`;
const STRICTER = `${ASKS}  - name: strangers
    when: { endpoint: { resourceGroup: { not: { in: friends } } } }
    then: { reject: { reason: Not on the list. } }
`;

/** Policy and list as they are saved. */
const saved = (text: string, friends: string): PolicyFiles => ({
  file: "policy.yaml",
  text,
  lists: new Map([["lists/friends.txt", friends]]),
});

/** What the app makes of what is on offer, on this clock. */
function readFrom(source: { offer: PolicyFiles }, clock: VirtualClock, standing: Standing): Policies {
  const inForce = new PoliciesInForce({
    source: { read: async () => source.offer },
    approvalsOff: false,
    modeAtMost: "enforce",
    switches: noSwitches(),
    signers: null,
    standing,
    rejectionDelayMs,
    now: () => Date.parse(clock.now()),
  });
  const report = () => undefined;
  const loaded = inForce.load(report);
  return {
    current: () => loaded.then(() => inForce.current(report)),
    inForce: () => loaded.then(() => inForce.inForce(report)),
  };
}

test("a policy is saved, its list twelve seconds later: of twelve waiting requests none is rejected, and nobody is asked again", async () => {
  const source = { offer: saved(`${ASKS}  []`, "rg-others\n") };
  const life = new Life({ policies: (clock, standing) => readFrom(source, clock, standing) });
  const connections = Array.from({ length: 12 }, (_none, n) =>
    aConnection({ id: aConnectionId(`pe-${n}.1`), endpoint: anEndpoint(`pe-${n}`) }),
  );
  for (const connection of connections) await life.begin(connection);
  await life.hub.run(MINUTE);
  const requests = async () =>
    Promise.all(
      connections.map(({ id, privateEndpointId }) => life.desk.request(requestIdOf(id, privateEndpointId))),
    );
  const before = await requests();

  source.offer = saved(STRICTER, "rg-others\n");
  life.hub.after(12_000, async () => {
    source.offer = saved(STRICTER, "rg-others\nrg-payments\n");
  });
  for (let at = 0; at <= 20 * MINUTE; at += 10_000)
    life.hub.after(at, async () => void (await life.reassess()));
  await life.hub.run(HOUR);

  const inForce = await life.desk.needs.policies.current();
  expect(life.desk.world.puts).toEqual([]);
  expect(await requests()).toMatchObject(
    before.map(({ ask, waitSeq }) => ({ state: "waiting", ask, waitSeq, policyHash: inForce.hash })),
  );
  expect(life.desk.notices).toEqual(connections.map(() => "asked"));
});
