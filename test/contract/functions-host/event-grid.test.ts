import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appFolder, type RunningHost, runHost } from "./host.ts";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(appFolder("events"));
});
afterAll(() => host.end("SIGKILL"));

const send = (body: unknown, headers: Record<string, string>, name = "received") =>
  fetch(`${host.url}/runtime/webhooks/eventgrid?functionName=${name}&code=any`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const event = (id: string, data: object = {}) => ({ id, eventType: "Some.Event", subject: "/s", data });
const NOTIFICATION = { "aeg-event-type": "Notification" };
const CLOUD_EVENT = { "content-type": "application/cloudevents+json; charset=utf-8" };

describe("a subscription is validated", () => {
  test("in the Event Grid schema by echoing the code", async () => {
    const validation = {
      eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
      data: { validationCode: "c-1" },
    };

    const response = await send([validation], { "aeg-event-type": "SubscriptionValidation" });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ validationResponse: "c-1" });
  });

  test("in the Event Grid schema as a single event, whose data may be JSON within JSON", async () => {
    const validation = {
      type: "Microsoft.EventGrid.SubscriptionValidationEvent",
      data: '{"validationCode":"c-2"}',
    };

    const response = await send(validation, { "aeg-event-type": "SubscriptionValidation" });

    expect(await response.json()).toEqual({ validationResponse: "c-2" });
  });

  test.each<[string, unknown]>([
    ["no code", [{ data: {} }]],
    ["no data", {}],
    ["data that is no JSON", { data: "{" }],
    ["no event", []],
  ])("only when it asks properly: %s is 400", async (_name, body) => {
    const response = await send(body, { "aeg-event-type": "SubscriptionValidation" });

    expect(response.status).toBe(400);
  });

  test("in the CloudEvents schema by allowing the origin", async () => {
    const response = await fetch(`${host.url}/runtime/webhooks/eventgrid?functionName=received`, {
      method: "OPTIONS",
      headers: { "WebHook-Request-Origin": "eventgrid.azure.net" },
    });

    expect(response.status).toBe(200);
    expect(response.headers.get("webhook-allowed-origin")).toBe("eventgrid.azure.net");
  });
});

describe("a delivery", () => {
  test("hands every event of an array to the function on its own", async () => {
    const response = await send([event("e-1", { n: 1 }), event("e-2")], NOTIFICATION);

    expect(response.status).toBe(202);
    await host.writes(/\[received\] took e-1 {"n":1}/);
    await host.writes(/\[received\] took e-2 {}/);
  });

  test("of one CloudEvent hands it to the function", async () => {
    const response = await send(
      { specversion: "1.0", id: "c-1", type: "t", source: "/s", data: {} },
      CLOUD_EVENT,
    );

    expect(response.status).toBe(202);
    await host.writes(/\[received\] took c-1/);
  });

  test("fails as a whole when one event fails, so that all of it comes again", async () => {
    const response = await send([event("e-3"), event("e-4", { fail: true })], NOTIFICATION);

    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 500,
      body: "cannot take e-4",
    });
    await host.writes(/\[received\] took e-3/);
    await host.writes(/error \[host\] received: event e-4 failed, so this delivery of 2 will come again\./);
    expect(host.output()).not.toContain("event e-3 failed");
  });

  test("with one failing event runs all the others, before it and behind it", async () => {
    const events = [
      event("f-1"),
      event("f-2", { fail: true }),
      event("f-3"),
      event("f-4", { fail: true }),
      event("f-5"),
    ];

    const response = await send(events, NOTIFICATION);

    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 500,
      body: "cannot take f-2",
    });
    for (const id of ["f-1", "f-3", "f-5"]) await host.writes(new RegExp(`took ${id}`));
    for (const id of ["f-2", "f-4"]) await host.writes(new RegExp(`event ${id} failed`));
  });

  test.each<[string, unknown, Record<string, string>, string, number]>([
    ["to a function that does not exist", [event("x")], NOTIFICATION, "nobody", 404],
    ["that is no JSON", "{", NOTIFICATION, "received", 400],
    ["that holds no events", "[1]", NOTIFICATION, "received", 400],
    ["of an unknown kind", [event("x")], {}, "received", 400],
  ])("%s is refused", async (_name, body, headers, functionName, status) => {
    const response = await send(body, headers, functionName);

    expect(response.status).toBe(status);
  });
});
