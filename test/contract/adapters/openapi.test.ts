import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { App } from "../../../functions/kit/app.ts";
import { openApiDocument } from "../../../functions/kit/openapi.ts";
import { openApiRoute } from "../../../functions/openapi.ts";
import { routes } from "../../../functions/routes.ts";
import { EventType, TEST_TYPE } from "../../../shared/notify/events/schema.ts";

interface Schema {
  readonly [keyword: string]: unknown;
}
interface Content {
  readonly [type: string]: { readonly schema: Schema };
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const SCOPES = { REVIEW_SCOPE: "Decide", READ_SCOPE: "Look" };

const FILTERS =
  "limit cursor request connection cluster consumer endpoint person integration rule by q".split(" ");

let document: Document;

beforeAll(() => {
  // As it is on the wire.
  document = JSON.parse(JSON.stringify(openApiDocument(routes, SCOPES)));
});

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );

/** Every object in the document, with the members it has. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const member of Object.values(value)) yield* objectsIn(member);
}

/** A schema and every schema in it. */
function* schemasIn(schema: Schema): Generator<Schema> {
  yield schema;
  const { properties = {}, anyOf = [], oneOf = [], items, additionalProperties } = schema;
  const parts = [properties, anyOf, oneOf].flatMap((part) => Object.values(part as object));
  const rest = [items, additionalProperties].filter((part) => typeof part === "object");
  for (const part of [...parts, ...rest]) yield* schemasIn(part as Schema);
}

const allSchemas = (): Schema[] => {
  const contents = operations().flatMap(([, { requestBody, responses }]) => [
    ...Object.values(requestBody?.content ?? {}),
    ...Object.values(responses).flatMap(({ content }) => Object.values(content ?? {})),
  ]);
  const parameters = operations().flatMap(([, operation]) => operation.parameters);
  const roots = [...contents, ...parameters].map(({ schema }) => schema);
  return [...roots, ...Object.values(document.components.schemas)].flatMap((root) => [...schemasIn(root)]);
};

describe("the API document", () => {
  test("is OpenAPI 3.1 of this version of the app, under the host's route prefix", () => {
    const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d$/),
      info: { title: "Private endpoint approvals for AKS", version },
      servers: [{ url: "/api" }],
    });
    expect(Object.keys(document).toSorted()).toEqual([
      ...["components", "info", "openapi", "paths", "servers", "webhooks"],
    ]);
  });

  test("says what other systems are called with, by the type of event", () => {
    const types = Object.keys(document.webhooks);

    expect(types).toEqual(EventType.options);
    for (const [type, { post }] of Object.entries(document.webhooks)) {
      expect(post?.summary).toMatch(/^[A-Z].*\.$/);
      expect(post?.requestBody?.content["application/json"]?.schema).toMatchObject({
        properties: {
          specversion: { const: "1.0" },
          // A test is about no request.
          data: { properties: type === TEST_TYPE ? { channel: {} } : { requestId: {} } },
        },
      });
      expect(Object.keys(post?.responses ?? {})).toEqual(["410", "2XX", "default"]);
    }
  });

  test("has every operation with its name, its role and every answer that it may give", () => {
    const said = operations().map(([place, { operationId, description, responses }]) => [
      place,
      operationId,
      /Reader|Approver|Auditor|Integration/.exec(description ?? "")?.[0],
      Object.keys(responses).join(" "),
    ]);

    expect(said).toEqual([
      ["get /health", "getHealth", undefined, "200 304 500 503"],
      ["get /sign-in", "getSignIn", undefined, "200 304 404 500"],
      ["get /me", "getMe", undefined, "200 304 401 403 500 503"],
      ["get /requests", "listRequests", "Reader", "200 304 400 401 403 500 503"],
      ["get /requests/{id}", "getRequest", "Reader", "200 304 401 403 404 500 503"],
      [
        "post /requests/{id}/reviews",
        "reviewRequest",
        "Approver",
        "200 400 401 403 404 409 411 413 415 500 503",
      ],
      ["post /requests/{id}/reopen", "reopenRequest", "Approver", "200 401 403 404 409 500 503"],
      ["post /requests/{id}/retry", "retryRequest", "Approver", "200 401 403 404 409 500 503"],
      ["post /requests/{id}/links", "makeLink", "Reader", "200 400 401 403 404 409 411 413 415 500 503"],
      ["get /requests/{id}/view", "viewByLink", undefined, "200 304 401 404 410 500"],
      [
        "post /integrations/{name}/reviews",
        "reviewAsIntegration",
        "Integration",
        "200 400 401 403 404 409 411 413 415 500 503",
      ],
      ["get /requests/{id}/audit", "getAuditTrail", "Reader", "200 304 401 403 404 500 503"],
      ["get /audit", "searchAudit", "Reader", "200 304 400 401 403 500 503"],
      ["get /audit/accesses", "listAccesses", "Auditor", "200 304 400 401 403 500 503"],
      ["get /audit/summary", "getAuditSummary", "Reader", "200 304 400 401 403 500 503"],
      ["get /policy", "getPolicy", "Reader", "200 304 401 403 500 503"],
      ["get /policy/usage", "getPolicyUsage", "Reader", "200 304 400 401 403 500 503"],
      ["get /notices", "getNotices", "Reader", "200 304 401 403 500 503"],
      ["post /notify-tests", "tryChannels", "Approver", "200 400 401 403 411 413 415 429 500 503"],
      ["get /events/schemas/{type}", "getEventSchema", undefined, "200 304 404 500"],
      ["get /openapi.json", "getApiDocument", undefined, "200 304 500"],
    ]);
  });

  test("says of every operation what it is for and that it needs a bearer token, or a signature", () => {
    const anybodys = ["getHealth", "getSignIn", "getEventSchema", "getApiDocument"];
    const signed = ["reviewAsIntegration"];
    const linked = ["viewByLink"];
    for (const [, { operationId, summary, security }] of operations()) {
      expect(summary).toMatch(/^[A-Z].{10,}[^.]$/);
      if (linked.includes(operationId)) {
        expect(security).toEqual([{ link: [] }]);
        continue;
      }
      const proofs = [{ bearer: [] }, ...(signed.includes(operationId) ? [{ signature: [] }] : [])];
      expect(security).toEqual(anybodys.includes(operationId) ? undefined : proofs);
    }
    expect(document.components.securitySchemes).toEqual({
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      link: { type: "http", scheme: "Link", bearerFormat: "JWT" },
      signature: expect.objectContaining({ type: "apiKey", in: "header", name: "webhook-signature" }),
    });
  });

  test("says what can be had as a file, and who may", () => {
    const files = operations().flatMap(([place, { responses, description }]) => {
      const types = Object.keys(responses["200"]?.content ?? {});
      return types.length > 1 ? [[place, types, description]] : [];
    });

    const types = ["application/json", "text/csv", "application/x-ndjson"];
    const description = expect.stringContaining("needs the app role Auditor");
    expect(files).toEqual([
      ["get /requests", types, description],
      ["get /audit", types, description],
    ]);
  });

  test("says which scope a person's token needs, as it is set here", () => {
    const { description: reading } = Object.fromEntries(operations())["get /audit"] ?? {};
    const { description: reviewing } = Object.fromEntries(operations())["post /requests/{id}/reviews"] ?? {};

    expect(reading).toContain(
      "Needs the app role Reader or Auditor; in a person's token also the scope Look or Decide.",
    );
    expect(reviewing).toBe("Needs the app role Approver; in a person's token also the scope Decide.");
  });

  test("describes every parameter and every member of a body, in sentences", () => {
    const members = operations().flatMap(([place, { parameters, requestBody }]) => {
      const bodies = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => [
        ...schemasIn(schema),
      ]);
      const inBody = bodies.flatMap(({ properties = {} }) =>
        Object.entries(properties as Record<string, Schema>),
      );
      return [
        ...parameters.map(({ name, description }) => [`${place} ${name}`, description] as const),
        ...inBody.map(([name, { description }]) => [`${place} body ${name}`, description] as const),
      ];
    });

    expect(members.length).toBeGreaterThan(15);
    for (const [place, description] of members) expect(description, place).toMatch(/^[A-Z][\s\S]{10,}\.$/);
  });

  test("has a parameter for every name in a path, and no other in the path", () => {
    for (const [place, { parameters }] of operations()) {
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      const names = [...place.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(inPath.map(({ name }) => name)).toEqual(names);
      for (const { required } of inPath) expect(required).toBe(true);
    }
  });

  test.each([
    ["get /requests", [...FILTERS, "state", "outcome", "trouble", "from", "to", "waitsForMe", "order"]],
    ["get /requests/{id}", []],
    ["post /requests/{id}/reviews", []],
    ["get /audit", [...FILTERS, "kind", "outcome", "from", "to"]],
    ["get /audit/summary", ["from", "to"]],
    ["get /audit/accesses", ["limit", "cursor", "request", "from", "to"]],
  ])("has for %s the query parameters %j, all of them optional", (place, names) => {
    const parameters = Object.fromEntries(operations())[place]?.parameters ?? [];
    const inQuery = parameters.filter((parameter) => parameter.in === "query");

    expect(inQuery.map(({ name }) => name)).toEqual(names);
    expect(inQuery.every(({ required }) => !required)).toBe(true);
  });

  test("has the limits that requests are held to", () => {
    const byPlace = Object.fromEntries(operations());
    const description = expect.any(String);
    const asked = { type: "integer", exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER, description };
    const [limit, cursor] = byPlace["get /requests"]?.parameters ?? [];

    expect(limit?.schema).toEqual({ type: "integer", minimum: 1, maximum: 200, default: 50 });
    expect(cursor?.schema).toEqual({ type: "string", maxLength: 1_000 });
    expect(byPlace["post /requests/{id}/reviews"]?.requestBody).toEqual({
      required: true,
      content: {
        "application/json": {
          schema: {
            oneOf: [
              {
                type: "object",
                properties: {
                  review: { type: "string", const: "approve", description },
                  asked,
                  reason: { default: "", type: "string", maxLength: 500, description },
                },
                required: ["review", "asked"],
              },
              {
                type: "object",
                properties: {
                  review: { type: "string", const: "withdraw", description },
                  asked,
                  reason: { default: "", type: "string", maxLength: 500, description },
                },
                required: ["review", "asked"],
              },
              {
                type: "object",
                properties: {
                  review: { type: "string", const: "reject", description },
                  asked,
                  reason: { type: "string", minLength: 1, maxLength: 500, description },
                },
                required: ["review", "asked", "reason"],
              },
            ],
          },
        },
      },
    });
    for (const [place, { requestBody }] of operations()) {
      expect(requestBody !== undefined).toBe(/\/(reviews|links|notify-tests)$/.test(place));
    }
  });

  test("answers JSON when all is well, and problem details when it is not", () => {
    const problem = { schema: { $ref: "#/components/schemas/Problem" } };
    for (const [, { responses }] of operations()) {
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description).not.toBe("");
        if (status === "200") expect(Object.keys(content ?? {})).toContain("application/json");
        else if (status === "304") expect(content).toBeUndefined();
        else expect(content).toEqual({ "application/problem+json": problem });
      }
    }
  });

  test("has a request, and each assessment in a trail, with the verdict in words", () => {
    const lines = { type: "array", items: { type: "string" } };

    const { ExplainedRequest, ExplainedAssessment } = document.components.schemas;
    const inEachState = ExplainedRequest?.oneOf as readonly Schema[];
    expect(inEachState).toHaveLength(5);
    for (const schema of [...inEachState, ExplainedAssessment]) {
      expect(schema).toMatchObject({ properties: { explanation: lines } });
      expect(schema?.required).toContain("explanation");
    }
    const reply = (place: string) =>
      Object.fromEntries(operations())[place]?.responses["200"]?.content?.["application/json"]?.schema;
    expect(reply("get /requests/{id}")).toEqual({ $ref: "#/components/schemas/ExplainedRequest" });
    expect(JSON.stringify(reply("get /requests/{id}/audit"))).toContain(
      "#/components/schemas/ExplainedAssessment",
    );
  });

  test("lets requests be looked for in every state that they can be in", () => {
    const { parameters } = Object.fromEntries(operations())["get /requests"] ?? { parameters: [] };

    expect(parameters.find(({ name }) => name === "state")?.schema).toMatchObject({
      enum: ["assessing", "waiting", "deferred", "applying", "closed"],
    });
  });

  test("says of a route that anybody of the tenant may call that it needs no role", () => {
    expect(Object.fromEntries(operations())["get /me"]?.description).toBe(
      "Needs a token of the tenant for this app, and no role.",
    );
  });

  test("lets a problem have more members than the five that each has", () => {
    expect(document.components.schemas.Problem).toMatchObject({
      type: "object",
      required: ["type", "title", "status", "detail", "code"],
    });
    expect(document.components.schemas.Problem?.additionalProperties).not.toBe(false);
  });
});

test("the API document is made once, and not for each who asks", async () => {
  const own = openApiRoute(routes);
  const ask = () => own.handle({ config: SCOPES } as App, {} as never);

  expect(await ask()).toBe(await ask());
});

describe("the schemas in the API document", () => {
  test("refer to nothing that is not there", () => {
    const refs = [...objectsIn(document)].flatMap(({ $ref }) => ($ref === undefined ? [] : [String($ref)]));

    expect(refs.length).toBeGreaterThan(0);
    for (const ref of refs) {
      const steps = ref.replace(/^#\//, "").split("/");
      const target = steps.reduce<unknown>(
        (at, step) => (at as Record<string, unknown> | undefined)?.[step],
        document,
      );
      expect(target, ref).toBeTypeOf("object");
    }
  });

  test("use the words of JSON Schema and none of the library that made them", () => {
    const words = new Set(allSchemas().flatMap((schema) => Object.keys(schema)));

    const known =
      "$ref additionalProperties anyOf const default description enum exclusiveMinimum format items maxItems maxLength maximum minItems " +
      "minLength minimum oneOf pattern properties propertyNames required type";
    expect([...words].filter((word) => !known.split(" ").includes(word))).toEqual([]);
  });

  test("say something about everything: nothing is left open but a problem's further members, schemas and this document", () => {
    const open = allSchemas().filter((schema) => Object.keys(schema).length === 0);

    expect(open).toEqual([{}, {}, {}]);
    expect(document.components.schemas.Problem?.additionalProperties).toEqual({});
  });

  test("know their types, and require only what they have", () => {
    const TYPES = ["object", "array", "string", "integer", "number", "boolean", "null"];
    for (const { type, properties, required } of allSchemas()) {
      for (const one of [type ?? "object"].flat()) expect(TYPES).toContain(one);
      for (const name of (required ?? []) as string[]) expect(properties).toHaveProperty([name]);
    }
  });

  test("have patterns that a validator can read", () => {
    const patterns = allSchemas().flatMap(({ pattern }) => (pattern === undefined ? [] : [String(pattern)]));

    expect(patterns.length).toBeGreaterThan(0);
    for (const pattern of patterns) expect(() => new RegExp(pattern, "u")).not.toThrow();
  });
});
