import { expect, test } from "vitest";
import { anArm, aPrivateCluster, PROVIDER } from "./world.ts";

const SCOPE = `/subscriptions/${PROVIDER}`;
const AUTHORIZATION = "providers/Microsoft.Authorization";
const VERSION = "?api-version=2022-04-01";
const ROLE = `${SCOPE}/${AUTHORIZATION}/roleDefinitions/7a1f0c52-0c0e-4d53-9f0e-5d8c8f6b1a11`;
const WHO = "e5f90b1d-4263-4e7f-8081-920314253645";
const PERMISSION = { actions: ["*/read"], notActions: [] };

/** An ARM with a cluster, where somebody has a role in the cluster's resource group. */
async function anArmWithRoles() {
  const arm = await anArm();
  const cluster = await aPrivateCluster(arm);
  const describe = (id: string, properties: unknown) => arm.control("POST", "described", { id, properties });
  await describe(ROLE, { roleName: "reader", permissions: [PERMISSION] });
  await describe(`${SCOPE}/resourceGroups/rg1/${AUTHORIZATION}/roleAssignments/one`, {
    roleDefinitionId: ROLE,
    principalId: WHO,
  });
  const list = async (scope: string, what: string, filter = "", claims = {}) => {
    const token = await arm.issuer.token(claims);
    const reply = await arm.send("GET", `${scope}/${AUTHORIZATION}/${what}${VERSION}${filter}`, { token });
    return reply.status === 200 ? reply.body.value : reply.body.error.code;
  };
  return { arm, cluster, describe, list };
}

const ASSIGNED = `&$filter=${encodeURIComponent(`atScope() and assignedTo('${WHO}')`)}`;

test("a role counts where it was given and below, and nowhere above", async () => {
  const { cluster, list } = await anArmWithRoles();

  for (const [scope, count] of [
    [cluster, 1],
    [`${SCOPE}/resourceGroups/rg1`, 1],
    [SCOPE, 0],
  ] as const) {
    expect(await list(scope, "roleAssignments", ASSIGNED)).toHaveLength(count);
    expect(await list(scope, "permissions", "", { oid: WHO })).toEqual(Array(count).fill(PERMISSION));
  }
});

test("who was given no role may do everything, as this ARM lets them", async () => {
  const { cluster, list } = await anArmWithRoles();

  expect(await list(cluster, "permissions")).toEqual([{ actions: ["*"], notActions: [] }]);
});

test("another filter is refused, since all roles of everybody would be a wrong answer", async () => {
  const { cluster, list } = await anArmWithRoles();

  expect(await list(cluster, "roleAssignments")).toBe("BadRequest");
});

test("what was described is shown in ARM's form until it is not there any more", async () => {
  const { arm, describe } = await anArmWithRoles();
  const group = `${SCOPE}/resourceGroups/rg1/providers`;
  const queue = `${group}/Microsoft.ServiceBus/namespaces/sb-hints/queues/hints`;
  const topic = `${group}/Microsoft.EventGrid/systemTopics/events`;
  await describe(queue, { status: "Active" });
  await describe(topic, { topicType: "Microsoft.Resources.Subscriptions" });
  await describe(`${topic}/eventSubscriptions/hints`, {});
  const get = (path: string) => arm.send("GET", `${path}?api-version=2025-02-15`);

  expect((await get(queue)).body).toEqual({
    id: queue,
    name: "hints",
    type: "Microsoft.ServiceBus/namespaces/queues",
    properties: { status: "Active" },
  });
  const topics = await get(`${SCOPE}/providers/Microsoft.EventGrid/systemTopics`);
  expect(topics.body.value).toEqual([expect.objectContaining({ id: topic, name: "events" })]);
  expect((await get(`${topic}/eventSubscriptions`)).body.value).toEqual([
    expect.objectContaining({ name: "hints", type: "Microsoft.EventGrid/systemTopics/eventSubscriptions" }),
  ]);

  await describe(queue, null);

  expect(await get(queue)).toMatchObject({ status: 404, body: { error: { code: "ResourceNotFound" } } });
});
