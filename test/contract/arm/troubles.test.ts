import type { ContainerServiceClient, PrivateEndpointConnection } from "@azure/arm-containerservice";
import { describe, expect, test } from "vitest";
import { AKS, type ArmWorld, anArm, aPendingConnection, clusterPath, stopTime } from "./world.ts";

/** A pending connection of cluster c1, and the verbs of the real client on it. */
async function aConnection(): Promise<{
  arm: ArmWorld;
  approve(): Promise<PrivateEndpointConnection>;
  read(): Promise<PrivateEndpointConnection>;
  status(): Promise<string | undefined>;
}> {
  const arm = await anArm();
  const name = await aPendingConnection(arm);
  const connections: ContainerServiceClient["privateEndpointConnections"] =
    arm.client().privateEndpointConnections;
  const read = () => connections.get("rg1", "c1", name);
  return {
    arm,
    read,
    approve: () =>
      connections.update("rg1", "c1", name, {
        privateLinkServiceConnectionState: { status: "Approved", description: "ok" },
      }),
    status: async () => (await read()).privateLinkServiceConnectionState?.status,
  };
}

const hit = (arm: ArmWorld, method: "GET" | "PUT", trouble: object) =>
  arm.control("POST", "troubles", {
    method,
    pathPattern: "privateEndpointConnections",
    times: 1,
    ...trouble,
  });

/** As much of the client's error as these tests read. */
interface RestError {
  readonly response?: { readonly headers: { get(name: string): string | undefined } };
}

/** The test gives up on the request as soon as it has arrived, which takes milliseconds. */
const HANG_MS = 3_000;

const CODE = { code: "FromTheScript", message: "as told" };

describe("what the real client sees of the script, and what is so afterwards", () => {
  test.each<[string, object, object, "Pending" | "Approved"]>([
    ["429 without Retry-After", { kind: "throttled" }, { statusCode: 429, code: "Throttled" }, "Pending"],
    [
      "409",
      { kind: "conflict", code: "OperationNotAllowed", message: "busy" },
      { statusCode: 409, code: "OperationNotAllowed" },
      "Pending",
    ],
    ...[404, 412, 500, 502, 503, 504].map((status): [string, object, object, "Pending"] => [
      String(status),
      { kind: "status", status, ...CODE },
      { statusCode: status, code: "FromTheScript" },
      "Pending",
    ]),
    ["a cut connection before the commit", { kind: "resetBeforeCommit" }, { code: "ECONNRESET" }, "Pending"],
    ["a lost answer", { kind: "resetAfterCommit" }, { code: "ECONNRESET" }, "Approved"],
    ["a page of 502 from a gateway", { kind: "page", status: 502 }, { statusCode: 502 }, "Pending"],
    ["202 instead of 200", { kind: "accepted", ms: 0 }, { statusCode: 202 }, "Approved"],
  ])("%s to a PUT", async (_name, trouble, error, after) => {
    const { arm, approve, status } = await aConnection();
    await hit(arm, "PUT", trouble);

    const refused: unknown = await approve().catch((thrown: unknown) => thrown);

    expect(refused).toMatchObject({ name: "RestError", ...error });
    expect(await status()).toBe(after);
    await approve();
    expect(await status()).toBe("Approved");
  });

  test.each<[string, object, "Pending" | "Approved"]>([
    ["a page of 200 from a gateway", { kind: "page", status: 200 }, "Pending"],
    ["200 without a body", { kind: "empty" }, "Approved"],
  ])("%s to a PUT says nothing about what was done", async (_name, trouble, after) => {
    const { arm, approve, status } = await aConnection();
    await hit(arm, "PUT", trouble);

    await approve().catch(() => undefined);

    expect(await status()).toBe(after);
  });

  test("ARM's details of a refusal", async () => {
    const { arm, approve } = await aConnection();
    const details = [{ code: "Inner", message: "because" }];
    await hit(arm, "PUT", { kind: "status", status: 400, ...CODE, details });

    await expect(approve()).rejects.toMatchObject({ details: { error: { details } } });
  });

  test("Retry-After in seconds, or as a date that is not too early", async () => {
    const { arm, read } = await aConnection();
    await hit(arm, "GET", { kind: "throttled", retryAfterSeconds: 7 });
    await hit(arm, "GET", { kind: "throttled", retryAfterSeconds: 7, retryAfterForm: "date" });
    const headerOf = async () => {
      const error: unknown = await read().catch((thrown: unknown) => thrown);
      return (error as RestError).response?.headers.get("retry-after");
    };
    const soonest = Date.now() + 7000;

    const [seconds, date] = [await headerOf(), await headerOf()];

    expect(seconds).toBe("7");
    expect(date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(Date.parse(date ?? "")).toBeGreaterThanOrEqual(soonest);
    expect(Date.parse(date ?? "")).toBeLessThanOrEqual(Date.now() + 8000);
  });

  test("a request that hangs longer than its caller waits is done all the same", async () => {
    const { arm, status } = await aConnection();
    const name = (await arm.client().privateEndpointConnections.list("rg1", "c1")).value?.find((one) =>
      one.name?.startsWith("pe1."),
    )?.name;
    await hit(arm, "PUT", { kind: "hang", ms: HANG_MS });
    const patience = new AbortController();
    const impatient = arm
      .client()
      .privateEndpointConnections.update(
        "rg1",
        "c1",
        String(name),
        { privateLinkServiceConnectionState: { status: "Approved", description: "ok" } },
        { abortSignal: patience.signal },
      );

    await expect.poll(async () => (await arm.control("GET", "troubles")).body.value).toEqual([]);
    patience.abort();

    await expect(impatient).rejects.toMatchObject({ name: "AbortError" });
    await expect.poll(status).toBe("Approved");
  });

  test("a PUT that is accepted: its link says InProgress, then Succeeded", async () => {
    const pass = stopTime();
    const arm = await anArm();
    const path = `${clusterPath("c1")}/privateEndpointConnections/${await aPendingConnection(arm)}${AKS}`;
    await hit(arm, "PUT", { kind: "accepted", ms: 60_000 });

    const accepted = await arm.send("PUT", path, {
      body: { properties: { privateLinkServiceConnectionState: { status: "Approved", description: "ok" } } },
    });
    const link = new URL(String(accepted.headers["azure-asyncoperation"]));
    const state = async () => (await arm.send("GET", link.pathname + link.search)).body.status;

    expect(accepted).toMatchObject({ status: 202, body: "" });
    expect(await state()).toBe("InProgress");
    pass(60_000);
    expect(await state()).toBe("Succeeded");
  });

  test.each([
    ["connection", "ResourceNotFound", 200],
    ["cluster", "ResourceNotFound", 404],
  ])("the %s may be deleted between the GET and the PUT", async (what, code, clusterStatus) => {
    const { arm, approve, read } = await aConnection();
    await hit(arm, "PUT", { kind: "deleted", what });
    await read();

    const approving = approve();

    await expect(approving).rejects.toMatchObject({ statusCode: 404, code });
    await expect(read()).rejects.toMatchObject({ statusCode: 404 });
    expect((await arm.send("GET", clusterPath("c1") + AKS)).status).toBe(clusterStatus);
  });
});
