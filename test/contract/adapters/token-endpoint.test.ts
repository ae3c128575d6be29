import { afterAll, describe, expect, test, vi } from "vitest";
import { appCredential } from "../../../shared/azure/credential.ts";
import type { FaultCode } from "../../../shared/connection/fault.ts";
import { aConnectionId } from "../../fixtures/builders.ts";
import { adaptersAt, standIn } from "./kit/stand-in.ts";
import { aTokenEndpoint } from "./kit/token-endpoint.ts";

const endpoint = await aTokenEndpoint();
vi.stubEnv("IDENTITY_ENDPOINT", `${endpoint.url}/msi/token`);
vi.stubEnv("IDENTITY_HEADER", "of-the-test");
afterAll(() => void vi.unstubAllEnvs());

/** Nobody listens there: without a token nothing is sent. */
const NO_ARM = "https://127.0.0.1:1";

/** A refusal in the words of App Service. */
const refusal = (status: number, message = "No.") => ({ status, body: { statusCode: status, message } });

describe("the token endpoint of the platform", () => {
  test.each<[string, Parameters<typeof endpoint.answers>[0], FaultCode, boolean]>([
    ["knows no such identity", refusal(400, "No managed identity found."), "FORBIDDEN", false],
    ["does not believe the caller", refusal(401), "FORBIDDEN", false],
    ["forbids it", refusal(403), "FORBIDDEN", false],
    ["is not ready yet", refusal(404), "UNREACHABLE", true],
    ["is being updated", refusal(410), "UNREACHABLE", true],
    ["is asked too often", refusal(429), "UNREACHABLE", true],
    ["has a bad moment", refusal(500), "UNREACHABLE", true],
    ["is out of order", refusal(503), "UNREACHABLE", true],
    ["answers with a page", { status: 200, body: "<html>" }, "UNREACHABLE", true],
    ["gives nothing", { status: 200 }, "UNREACHABLE", true],
    ["hangs up", "reset", "UNREACHABLE", true],
  ])(
    "that %s is asked once, and the fault says that there is no token",
    async (_case, answer, code, passes) => {
      endpoint.answers(answer);
      const { connections } = adaptersAt(NO_ARM, { credential: appCredential(undefined) });

      const read = connections.read(aConnectionId());

      await expect(read).rejects.toMatchObject({
        name: "Fault",
        code,
        armCode: "NoToken",
        isTransient: passes,
      });
      expect(endpoint.asked()).toBe(1);
    },
  );

  test("that never answers is given up in time", async () => {
    endpoint.answers("nothing");
    const { connections } = adaptersAt(NO_ARM, { credential: appCredential(undefined), timeLimitMs: 250 });

    const read = connections.read(aConnectionId());

    await expect(read).rejects.toMatchObject({ code: "UNREACHABLE", isTransient: true });
  });

  test("that is well again gives a token for many calls", async () => {
    const arm = await standIn({}, { credential: appCredential(undefined) });
    const id = await arm.connect(await arm.createCluster());
    endpoint.answers(refusal(503));
    await expect(arm.connections.read(id)).rejects.toMatchObject({ armCode: "NoToken" });
    endpoint.answers({
      status: 200,
      body: {
        access_token: await arm.arm.issuer.token(),
        expires_on: String(Math.floor(Date.now() / 1_000) + 86_400),
        resource: "https://management.azure.com",
        token_type: "Bearer",
      },
    });

    const first = await arm.connections.read(id);
    const second = await arm.connections.read(id);

    expect([first?.id, second?.id]).toEqual([id, id]);
    expect(endpoint.asked()).toBe(2);
  });

  test("is asked for another token where ARM does not take the one that should be good for a day", async () => {
    const { connections, arm } = await standIn({}, { credential: appCredential(undefined) });
    const given = (token: string) => ({
      status: 200,
      body: {
        access_token: token,
        expires_on: String(Math.floor(Date.now() / 1_000) + 86_400),
        resource: "https://management.azure.com",
        token_type: "Bearer",
      },
    });
    endpoint.answers(given(await arm.issuer.forgedToken()));
    const credential = appCredential(undefined);
    credential.renew?.();
    await credential.getToken("https://management.azure.com/.default");
    endpoint.answers(given(await arm.issuer.token()));

    await connections.read(aConnectionId());

    expect(endpoint.asked()).toBe(2);
  });
});
