import * as z from "zod";
import { EventKind } from "../../shared/notify/events/kinds.ts";
import { EVENTS, TEST_TYPE, TestEvent, typeOf } from "../../shared/notify/events/schema.ts";
import { type Needed, rolesFor, type ScopeSettings, scopesFor } from "./authorize.ts";
import { ProblemDetails, type ProblemKind, statusOf } from "./problem.ts";
import { EXPORT_TYPES } from "./representation.ts";
import { type AnyRoute, API } from "./route.ts";

type Json = Record<string, unknown>;

/** The problems that a route has by its nature. */
const impliedProblems = (route: AnyRoute): readonly ProblemKind[] => [
  ...(route.querySchema === undefined && route.bodySchema === undefined ? [] : (["bad-request"] as const)),
  ...(route.bodySchema === undefined
    ? []
    : (["length-required", "too-large", "unsupported-media-type"] as const)),
  ...(route.role === null ? [] : (["not-signed-in", "forbidden", "sign-in-unavailable"] as const)),
  "internal",
];

/** The API as an OpenAPI 3.1 document, made from the schemas that parse its traffic. */
export function openApiDocument(routes: readonly AnyRoute[], scopes: ScopeSettings): Json {
  const paths: Record<string, Json> = {};
  const schemas: Json = {};
  const schemaOf = schemaMaker(schemas);
  schemas.Problem = schemaOf(ProblemDetails, "output");
  for (const route of routes) {
    const path = `/${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, scopes, schemaOf) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Private endpoint approvals for AKS", version: "0.1.0" },
    servers: [{ url: `/${API}` }],
    paths,
    webhooks: webhooksOf(schemaOf),
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        link: { type: "http", scheme: "Link", bearerFormat: "JWT" },
        signature: {
          type: "apiKey",
          in: "header",
          name: "webhook-signature",
          description:
            "Standard Webhooks: webhook-id, webhook-timestamp and webhook-signature, over the body as it is sent.",
        },
      },
    },
  };
}

/** What other systems are called with. @see https://spec.openapis.org/oas/v3.1.0.html#fixed-fields (webhooks) */
const webhooksOf = (schemaOf: SchemaOf): Json =>
  Object.fromEntries(
    [
      ...EventKind.options.map((kind) => [typeOf(kind), EVENTS[kind]] as const),
      [TEST_TYPE, TestEvent] as const,
    ].map(([type, event]) => [
      type,
      {
        post: {
          summary: event.description,
          requestBody: { required: true, content: jsonContent(schemaOf(event, "input")) },
          responses: {
            "2XX": { description: "Taken" },
            410: { description: "Nothing is wanted any more" },
            default: { description: "Not taken: it comes again" },
          },
        },
      },
    ]),
  );

function operationOf(route: AnyRoute, scopes: ScopeSettings, schemaOf: SchemaOf): Json {
  const problems = new Set([...impliedProblems(route), ...route.problems]);
  const byStatus = Map.groupBy(problems, (kind) => statusOf(kind).status);
  const failures = Object.fromEntries([...byStatus].map(([status, kinds]) => [status, problemOf(kinds)]));
  const body = route.bodySchema && {
    required: true,
    content: jsonContent(schemaOf(route.bodySchema, "input")),
  };
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...securedBy(route, scopes),
    parameters: [
      ...parametersOf(route.pathSchema, "path", schemaOf),
      ...parametersOf(route.querySchema, "query", schemaOf),
    ],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      200: { description: "Done", content: contentOf(route, schemaOf) },
      ...(route.method === "GET" ? { 304: { description: "What the tag in If-None-Match names" } } : {}),
      ...failures,
    },
  };
}

/** What it takes to call it; nothing where anybody may. */
function securedBy(route: AnyRoute, scopes: ScopeSettings): Json {
  if (route.linkedBy !== undefined) return { security: [{ link: [] }], description: LINK };
  if (route.role === null) return {};
  return { security: securityOf(route), description: descriptionOf(route, route.role, scopes) };
}

const LINK =
  "Needs a link's token in the header Authorization: Link. It shows what a link shows and nothing else, and proves nobody.";

const securityOf = ({ signedBy }: AnyRoute) => [
  { bearer: [] },
  ...(signedBy === undefined ? [] : [{ signature: [] }]),
];

/** Who may call it, and what else is to know. */
function descriptionOf(route: AnyRoute, role: Needed, scopes: ScopeSettings): string {
  if (role === "Integration") return INTEGRATION;
  if (role === "signedIn") return "Needs a token of the tenant for this app, and no role.";
  const needs = `Needs the app role ${rolesFor(role)}; in a person's token also the scope ${scopesFor(role, scopes).join(" or ")}.`;
  return [
    needs,
    ...(route.shows === undefined ? [] : [SHOWS]),
    ...(route.exports === undefined ? [] : [EXPORTS]),
  ].join(" ");
}

const INTEGRATION =
  "Needs the app role Integration in a token of the app that the policy names; or a signature by a key of the integration, no more than five minutes old.";
const SHOWS =
  "Who reads is kept, before the answer. Sign-in names and tags are shown to auditors only; for others such a fact says isHidden.";
const EXPORTS = `With Accept: ${EXPORT_TYPES.join(" or ")} it gives everything that meets the filters, whatever limit and cursor say, which needs the app role Auditor; where that breaks off, the line is cut.`;

function contentOf(route: AnyRoute, schemaOf: SchemaOf): Json {
  const files = route.exports === undefined ? [] : EXPORT_TYPES;
  return {
    ...jsonContent(schemaOf(route.replySchema, "output")),
    ...Object.fromEntries(files.map((type) => [type, { schema: { type: "string" } }])),
  };
}

/** Each property of an object schema is a parameter. */
function parametersOf(schema: z.ZodType | undefined, place: "path" | "query", schemaOf: SchemaOf): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    properties?: Readonly<Record<string, Json>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    description,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

const problemOf = (kinds: readonly ProblemKind[]): Json => ({
  description: kinds.map((kind) => statusOf(kind).title).join("; "),
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

const jsonContent = (schema: Json): Json => ({ "application/json": { schema } });

type SchemaOf = (schema: z.ZodType, io: "input" | "output") => Json;

/** Zod's JSON Schema; what has an id of its own is put among the document's `schemas`, once, and referred to. */
function schemaMaker(schemas: Json): SchemaOf {
  return (schema, io) => {
    // Wrapped, because zod refers only to what stands inside something else.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), {
      io,
      unrepresentable: "any",
    });
    const text = JSON.stringify({ it: properties?.it, $defs });
    const moved: { it: Json; $defs: Json } = JSON.parse(
      text.replaceAll('"#/$defs/', '"#/components/schemas/'),
    );
    Object.assign(schemas, moved.$defs);
    return moved.it;
  };
}
