import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseHint } from "../../../shared/intake/hint.ts";
import { aClusterId, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";
import { EVENT_NAMES, eventText } from "../../fixtures/events.ts";

const toConnection = { kind: "connection", connectionId: aConnectionId() };
const toCluster = { kind: "cluster", clusterId: aClusterId() };
const toEndpoint = { kind: "privateEndpoint", privateEndpointId: anEndpoint().toLowerCase() };

/** Where every event of the fixtures leads; null means into quarantine. */
const LEADS_TO: Readonly<Record<string, object | null>> = {
  "endpoint-write": toEndpoint,
  "endpoint-delete": toEndpoint,
  "endpoint-write-cloud-event": toEndpoint,
  "endpoint-delete-cloud-event": toEndpoint,
  "endpoint-write-of-2017": toEndpoint,
  "connection-write": toConnection,
  "connection-delete": toConnection,
  "connection-write-cloud-event": toConnection,
  "connection-write-in-queue": toConnection,
  "message-connection": toConnection,
  "message-cluster": toCluster,
  "connection-approval-action": { kind: "irrelevant" },
  "kubernetes-version": null,
  "resource-notification": null,
  "subscription-validation": null,
};

describe("an event, as its source shows it, leads to", () => {
  test.each(EVENT_NAMES)("what we say of %s", (name) => {
    const parsed = parseHint(new TextEncoder().encode(eventText(name)));

    const expected = LEADS_TO[name];
    expect(expected, `${name} has no expectation`).toBeDefined();
    expect(parsed).toMatchObject(
      expected === null ? { kind: "unintelligible" } : { kind: "hint", hint: expected },
    );
  });

  test("nothing that is not a file any more", () => {
    expect(Object.keys(LEADS_TO).toSorted()).toEqual(EVENT_NAMES.toSorted());
  });

  test("a source: the table beside the events names each of them", () => {
    const table = readFileSync(join(import.meta.dirname, "../../fixtures/events/README.md"), "utf8");

    const rows = [...table.matchAll(/^\| `([a-z0-9-]+)\.json` \| .+ \| .+ \|/gm)].map(([, name]) => name);

    expect(rows.toSorted()).toEqual(EVENT_NAMES.toSorted());
  });
});
