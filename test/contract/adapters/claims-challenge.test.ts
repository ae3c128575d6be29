import { InvocationContext } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../functions/kit/app.ts";
import { challenged } from "../../../functions/kit/claims-challenge.ts";
import { Problem, problemResponse } from "../../../functions/kit/problem.ts";
import { reviewProblem } from "../../../functions/kit/refusals.ts";
import { requestRoutes } from "../../../functions/requests.ts";
import { readClaims } from "../../../infra/local/entra/claims-request.ts";
import { aPolicy, aTrail } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, aRequirement, asked, assessed } from "../../fixtures/entries.ts";
import { CLIENT_ID, inMemory } from "./in-memory-app.ts";

const TENANT_ID = "bc28be56-ad87-4cf5-ae34-fb304dc38c65";
const at = (SIGN_IN_ISSUER: string) => ({ SIGN_IN_ISSUER, TENANT_ID });
const ENTRA = at(`https://login.microsoftonline.com/${TENANT_ID}/v2.0`);

const answer = (contexts: readonly string[], settings = ENTRA) => {
  const problem = challenged(reviewProblem({ code: "claimsRequired", contexts }), settings);
  const { status, headers, body } = problemResponse(problem);
  return {
    status,
    challenge: new Map(Object.entries(headers ?? {})).get("www-authenticate"),
    body: JSON.parse(String(body)),
  };
};

describe("a claims challenge", () => {
  test("is the header that Entra's clients know, with the claims in it as base64", () => {
    const { status, challenge, body } = answer(["c1"]);

    expect(status).toBe(401);
    // Of the example in Microsoft's page on claims challenges.
    expect(challenge).toBe(
      `Bearer realm="${TENANT_ID}", authorization_uri="https://login.microsoftonline.com/${TENANT_ID}/oauth2/v2.0/authorize", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiYzEifX19"`,
    );
    expect(body).toMatchObject({ code: "claimsRequired" });
  });

  test("has the claims in the body, ready for the parameter of that name", () => {
    expect(answer(["c1"]).body.claims).toBe('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}');
    expect(JSON.parse(answer(["c1", "c2"]).body.claims)).toEqual({
      access_token: { acrs: { essential: true, values: ["c1", "c2"] } },
    });
  });

  test.each([
    ["https://login.microsoftonline.us/t/v2.0/", "https://login.microsoftonline.us/t/oauth2/v2.0/authorize"],
    ["http://127.0.0.1:8400/t/v2.0", "http://127.0.0.1:8400/t/oauth2/v2.0/authorize"],
    ["https://issuer.example", "https://issuer.example/oauth2/v2.0/authorize"],
  ])("of the issuer %s leads to its authorize endpoint", (issuer, uri) => {
    expect(answer(["c1"], at(issuer)).challenge).toContain(`authorization_uri="${uri}"`);
  });

  test.each([[["c1"]], [["c1", "c25"]]])(
    "for %j is what the stand-in of Entra gives a token by",
    (contexts) => {
      expect(readClaims(answer(contexts).body.claims).contexts).toEqual(contexts);
    },
  );

  test("is made of no other problem", () => {
    const problem = new Problem("notSignedIn", "Sign in.");

    expect(challenged(problem, ENTRA)).toBe(problem);
    expect(problemResponse(problem).headers).toMatchObject({ "www-authenticate": "Bearer" });
    expect(problemResponse(new Problem("wrongRole", "No.")).headers).not.toHaveProperty("www-authenticate");
  });
});

describe("a review without the authentication context that its question demands", () => {
  test("is answered with the challenge and not kept; with it, it counts", async () => {
    const policy = aPolicy(
      "{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], timeout: 1d, authContext: c7 } } }",
    );
    const desk = new Desk({ policy });
    const { id } = await desk.file(
      aTrail({}, assessed(policy), asked(aRequirement({ authContexts: ["c7"], remindAfterMs: null }))),
    );
    const app = { ...(await createApp(inMemory)), peopleNeeds: () => desk.people };
    const review = requestRoutes.find(({ operationId }) => operationId === "reviewRequest");
    const reviewAs = async (authContexts: readonly string[]) =>
      review?.handle(app, {
        path: { id },
        query: undefined,
        body: { review: "approve", asked: (await desk.store.read(id))?.ask?.seq, reason: "" },
        caller: {
          ...ana,
          authContexts,
          roles: ["Approver"],
          isPerson: true,
          scopes: [],
          clientId: CLIENT_ID,
        },
        signed: null,
        link: null,
        context: new InvocationContext(),
      });

    const refusal = await reviewAs(["c1"]).catch((error: unknown) => error);
    const before = await desk.store.read(id);
    const reviewed = await reviewAs(["c7"]);

    expect(refusal).toMatchObject({
      kind: "claims-required",
      challenge: expect.stringContaining('error="insufficient_claims"'),
    });
    expect(before?.ask?.reviews).toEqual([]);
    expect(reviewed).toMatchObject({
      state: "applying",
      ask: { reviews: [{ by: { oid: ana.oid }, authContexts: ["c7"] }] },
    });
  });
});
