import { afterAll, describe, expect, test, vi } from "vitest";
import { appCredential } from "../../../shared/azure/credential.ts";
import { aConnectionId } from "../../fixtures/builders.ts";
import { adaptersAt } from "./kit/stand-in.ts";
import { aTokenEndpoint } from "./kit/token-endpoint.ts";

// Without IDENTITY_ENDPOINT the SDK tries a virtual machine's metadata service, whose fixed address this replaces.
const endpoint = await aTokenEndpoint();
vi.stubEnv("IDENTITY_ENDPOINT", undefined);
vi.stubEnv("IDENTITY_HEADER", undefined);
vi.stubEnv("AZURE_POD_IDENTITY_AUTHORITY_HOST", endpoint.url);
afterAll(() => void vi.unstubAllEnvs());

const read = (timeLimitMs = 20_000) =>
  adaptersAt("https://127.0.0.1:1", { credential: appCredential(undefined), timeLimitMs }).connections.read(
    aConnectionId(),
  );

describe("an app without an identity", () => {
  test("is told so where the machine has none to give", async () => {
    endpoint.answers({
      status: 400,
      body: { error: "invalid_request", error_description: "Identity not found" },
    });

    await expect(read()).rejects.toMatchObject({
      code: "FORBIDDEN",
      armCode: "NoToken",
      message: expect.stringContaining("Identity not found"),
    });
    expect(endpoint.asked()).toBe(1);
  });

  test("does not wait longer than a call may take where nothing answers", async () => {
    endpoint.answers("nothing");

    await expect(read(5_000)).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(endpoint.asked()).toBe(1);
  });

  test("does not wait at all where nobody listens", async () => {
    await endpoint.close();

    await expect(read()).rejects.toMatchObject({ code: "UNREACHABLE", armCode: "NoToken" });
    expect(endpoint.asked()).toBe(0);
  });
});
