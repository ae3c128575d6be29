import { describe, expect, test } from "vitest";
import { creatorIn } from "../../../shared/azure/creator.ts";

const OURS = "3333abcd-3333-4333-8333-333333333333";
const THEIRS = "4444abcd-4444-4444-8444-444444444444";
const ANA = "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201";
const BO = "b2c6d8ea-1f30-4b4c-9d5e-6f7081920312";
const APP = "9a7e4d31-2c60-4f0d-a1b8-6d5c3e2f1a03";

const OID = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const TID = "http://schemas.microsoft.com/identity/claims/tenantid";
const SCOPE = "http://schemas.microsoft.com/identity/claims/scope";
const UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";

type Claims = Readonly<Record<string, unknown>>;

/** What the log tells of a write that ana sent from the portal, but for some claims; undefined leaves one out. */
const claims = (differences: Claims = {}): Claims =>
  JSON.parse(
    JSON.stringify({
      [OID]: ANA,
      [TID]: OURS,
      [SCOPE]: "user_impersonation",
      [UPN]: "ana@contoso.example",
      appid: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
      name: "Ana Approver",
      ...differences,
    }),
  );
const asApp = (differences: Claims = {}) =>
  claims({ [UPN]: undefined, [SCOPE]: undefined, name: undefined, appid: APP, ...differences });

const person = (objectId: string) => ({ kind: "person", objectId });
const unclear = (because: string) => ({ kind: "unclear", because });
const UNSAID = unclear("Azure does not say which person created it");
const AN_APP = unclear(`an app created it (${APP})`);

describe("a person who signed in for the write, in the tenant of those who review, is known", () => {
  test.each<[string, unknown]>([
    ["by the object id", claims()],
    [
      "by the object id in capitals, and the tenant",
      claims({ [OID]: ANA.toUpperCase(), [TID]: OURS.toUpperCase() }),
    ],
    [
      "whatever the sign-in name says of a guest",
      claims({ [UPN]: "ana_partner.com#EXT#@contoso.onmicrosoft.com" }),
    ],
    ["whatever it says of a Microsoft account", claims({ [UPN]: "live.com#ana@outlook.com" })],
    ["whatever other name the person has", claims({ [UPN]: "ana.approver@contoso.example" })],
    ["with zero-width characters in the name", claims({ [UPN]: "a\u200bna@contoso.example" })],
    ["with a blank as the name", claims({ [UPN]: " ", name: " " })],
    ["without any name", claims({ [UPN]: undefined, name: undefined })],
    ["without an app that is named", claims({ appid: undefined })],
    ["when the token says that it is a user's", claims({ idtyp: "user" })],
    ["from claims that are JSON in a text", JSON.stringify(claims())],
  ])("%s", (_case, said) => {
    expect(creatorIn([said], OURS)).toEqual(person(ANA));
  });
});

describe("nobody is known for sure", () => {
  test.each<[string, unknown, object]>([
    ["when an app wrote it", asApp(), AN_APP],
    ["when the app's token says so", asApp({ idtyp: "app" }), AN_APP],
    ["when an app's token carries a scope all the same", asApp({ idtyp: "app", [SCOPE]: "x" }), AN_APP],
    ["when the scope is blank", claims({ [SCOPE]: " ", appid: APP }), AN_APP],
    [
      "when a system-assigned identity wrote it",
      asApp({ idtyp: "app", [OID]: BO, xms_mirid: "/subscriptions/x" }),
      AN_APP,
    ],
    ["when it is a token of a kind that nobody documents", claims({ idtyp: "device", appid: APP }), AN_APP],
    ["when an app wrote it that is not named", asApp({ appid: undefined }), UNSAID],
    ["without an object id", claims({ [OID]: undefined }), UNSAID],
    ["by a sign-in name where the object id should be", claims({ [OID]: "ana@contoso.example" }), UNSAID],
    ["by an object id with a zero-width character", claims({ [OID]: `${ANA}\u200b` }), UNSAID],
    ["by an object id with a blank around it", claims({ [OID]: ` ${ANA}` }), UNSAID],
    ["by an object id with a line's end behind it", claims({ [OID]: `${ANA}\n` }), UNSAID],
    ["by the object id of nobody", claims({ [OID]: "00000000-0000-0000-0000-000000000000" }), UNSAID],
    ["by a blank", claims({ [OID]: " " }), UNSAID],
    ["by short names of the claims, which the log does not use", { oid: ANA, tid: OURS, scp: "x" }, UNSAID],
    ["without a tenant", claims({ [TID]: undefined }), UNSAID],
    ["by a tenant's name", claims({ [TID]: "contoso.onmicrosoft.com" }), UNSAID],
    [
      "by the object id of a guest in the tenant of the consumer",
      claims({ [TID]: THEIRS }),
      unclear("the creator's object id is of another tenant"),
    ],
    ["without claims", {}, UNSAID],
    ["by claims that are null", null, UNSAID],
    ["by claims that are an empty text", "", UNSAID],
    ["by claims that are JSON of nothing", "null", UNSAID],
  ])("%s", (_case, said, expected) => {
    expect(creatorIn([said], OURS)).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ["a text that is no JSON", "ana"],
    ["half a JSON", JSON.stringify(claims()).slice(0, -1)],
    ["JSON in JSON", JSON.stringify(JSON.stringify(claims()))],
    ["a list", [claims()]],
    ["a number", 42],
    ["an object id that is a list", claims({ [OID]: [ANA] })],
    ["a scope that is a list", claims({ [SCOPE]: ["user_impersonation"] })],
    ["a kind that is a boolean", claims({ idtyp: true })],
  ])("by claims that are %s", (_case, said) => {
    expect(creatorIn([said], OURS)).toEqual(unclear("the claims of its creation are not what is documented"));
  });

  test("when nothing is said at all", () => {
    expect(creatorIn([], OURS)).toEqual(UNSAID);
  });
});

describe("the events of one write", () => {
  const different = unclear("the events of its creation name different people");

  test.each<[string, readonly unknown[], object]>([
    ["agree, in whatever spelling", [claims(), claims({ [OID]: ANA.toUpperCase() })], person(ANA)],
    ["need not all have claims", [{}, claims(), null, ""], person(ANA)],
    ["name two people", [claims(), claims({ [OID]: BO })], different],
    ["name a person and an app", [claims(), asApp()], AN_APP],
    ["name a person and the same object id as an app's", [asApp({ idtyp: "app" }), claims()], AN_APP],
    [
      "name a person and another tenant's",
      [claims(), claims({ [TID]: THEIRS })],
      unclear("the creator's object id is of another tenant"),
    ],
    ["name a person and somebody who cannot be told", [claims(), claims({ [OID]: undefined })], UNSAID],
    ["name none", [{}, null], UNSAID],
  ])("%s", (_case, said, expected) => {
    expect(creatorIn(said, OURS)).toEqual(expected);
  });
});
