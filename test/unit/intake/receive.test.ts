import { describe, expect, test } from "vitest";
import { Fault, type FaultCode } from "../../../shared/connection/fault.ts";
import { parseHint } from "../../../shared/intake/hint.ts";
import { receive } from "../../../shared/intake/receive.ts";
import { aCluster, aConnection } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";

/** Receives this text as a message, and remembers what was put aside and said. */
async function receives(text: string, desk: Desk = new Desk()) {
  const kept: { body: string; messageId: string; because: string }[] = [];
  const said: string[] = [];
  const needs = {
    ...desk.intake,
    quarantine: {
      put: async ({ body, messageId, because }: { body: Uint8Array; messageId: string; because: string }) => {
        kept.push({ body: Buffer.from(body).toString(), messageId, because });
      },
    },
    debug: () => undefined,
    warn: (line: string) => said.push(line),
  };
  const body = Buffer.from(text);
  await receive(needs, {
    parsed: parseHint(body),
    body: () => body,
    messageId: "m-1\nforged",
    source: "message",
  });
  return { kept, said };
}

const aboutConnection = JSON.stringify({ connectionId: aConnection().id });
const deskWithout = (fault: Fault) => {
  const desk = new Desk();
  desk.world.put(aCluster(), aConnection());
  desk.world.trouble("readConnection", fault);
  return desk;
};

describe("receive", () => {
  test("keeps aside what cannot be understood, as it came, and says so in one line without quoting it", async () => {
    const { kept, said } = await receives("Bearer secret");

    expect(kept).toEqual([
      { body: "Bearer secret", messageId: "m-1\nforged", because: "The body is not JSON in UTF-8." },
    ]);
    expect(said).toEqual(["Message m-1 forged is in quarantine: The body is not JSON in UTF-8."]);
  });

  test.each<[FaultCode]>([["BUSY"], ["UNREACHABLE"]])(
    "throws at %s, so that the message comes again",
    async (code) => {
      await expect(receives(aboutConnection, deskWithout(new Fault(code, "Later.")))).rejects.toThrow(
        "Later.",
      );
    },
  );

  test("is done at THROTTLED without a failed execution: the connection is looked at with others of its cluster", async () => {
    const desk = deskWithout(new Fault("THROTTLED", "Later."));

    const { said } = await receives(aboutConnection, desk);

    expect(said).toEqual([]);
    expect(desk.world.calls).toEqual(["readConnection", "listConnections"]);
    expect(desk.written.map(({ kind }) => kind)).toEqual(["received"]);
  });

  test.each<[FaultCode]>([["FORBIDDEN"], ["REFUSED"], ["BLOCKED"]])(
    "is done at %s, which no repetition mends, and says where it led",
    async (code) => {
      const { kept, said } = await receives(aboutConnection, deskWithout(new Fault(code, "Never.")));

      expect(kept).toEqual([]);
      expect(said).toEqual([`A hint about ${aConnection().id} led nowhere: ${code}: Never.`]);
    },
  );
});
