import { createSecretKey, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { type Link, linkIn, newLink, signLink } from "../../../functions/kit/link.ts";
import { Problem } from "../../../functions/kit/problem.ts";
import { RequestId } from "../../../shared/connection/connection.ts";
import { type LinkKeys, LinkKeysText } from "../../../shared/link-keys.ts";

const NOW = new Date("2026-03-02T09:00:00.000Z");
const MINUTE = 60_000;
const REQUEST = RequestId.parse(`pec-${"1".repeat(32)}`);
const OTHER = RequestId.parse(`pec-${"2".repeat(32)}`);

const KEYS = [1, 2, 3].map(() => randomBytes(32).toString("base64"));
const [NEW = "", OLD = "", FOREIGN = ""] = KEYS;
const settings = (keys: string, PUBLIC_URL = "https://approvals.contoso.com") => ({
  LINK_KEYS: LinkKeysText.parse(keys),
  PUBLIC_URL,
});
const HERE = settings(`${NEW},${OLD}`);

const LINK: Link = newLink({ requestId: REQUEST, asked: 4 }, NOW.getTime() + 30 * MINUTE);

const opened = async (token: string, now = NOW, id: string = REQUEST, at = HERE) => {
  try {
    return await linkIn(`Link ${token}`, id, at, now);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
};

/** Signed well by a key of ours, and wrong in what it says. */
const forged = (
  header: Record<string, string>,
  claims: Readonly<Record<string, unknown>>,
  [{ id, key }]: LinkKeys = HERE.LINK_KEYS,
) =>
  new SignJWT({
    ...{ asked: 4, iss: HERE.PUBLIC_URL, aud: "link", sub: REQUEST, jti: LINK.id },
    ...{ iat: NOW.getTime() / 1_000, exp: NOW.getTime() / 1_000 + 60 },
    ...claims,
  })
    .setProtectedHeader({ alg: "HS256", kid: id, typ: "link+jwt", ...header })
    .sign(key);

describe("a link", () => {
  test("opens what it was made for, until it ends", async () => {
    const token = await signLink(LINK, HERE, NOW);

    expect(await opened(token)).toEqual(LINK);
    expect(await opened(token, new Date(Date.parse(LINK.expiresAt) - 1_000))).toEqual(LINK);
    expect(await opened(token, new Date(LINK.expiresAt))).toBe("linkExpired");
  });

  test("names nobody: what it holds is for anybody to read", async () => {
    const token = await signLink(LINK, HERE, NOW);

    const [header = "", payload = ""] = token
      .split(".")
      .map((part) => Buffer.from(part, "base64url").toString());

    expect(JSON.parse(header)).toEqual({ alg: "HS256", kid: HERE.LINK_KEYS[0].id, typ: "link+jwt" });
    expect(JSON.parse(payload)).toEqual({
      ...{ iss: HERE.PUBLIC_URL, aud: "link", sub: REQUEST, jti: LINK.id, asked: 4 },
      ...{ iat: NOW.getTime() / 1_000, exp: Date.parse(LINK.expiresAt) / 1_000 },
    });
  });

  test("is signed by the first key, and opened by either, so that a key can be replaced", async () => {
    const before = await signLink(LINK, settings(OLD), NOW);
    const after = await signLink(LINK, HERE, NOW);

    expect(await opened(before)).toEqual(LINK);
    expect(await opened(after, NOW, REQUEST, settings(NEW))).toEqual(LINK);
    expect(await opened(before, NOW, REQUEST, settings(NEW))).toBe("brokenLink");
  });

  test("opens no other request, whatever the address says", async () => {
    expect(await opened(await signLink(LINK, HERE, NOW), NOW, OTHER)).toBe("linkForAnother");
  });

  test("that is changed anywhere is broken", async () => {
    const token = await signLink(LINK, HERE, NOW);
    const at = (index: number) =>
      `${token.slice(0, index)}${token[index] === "A" ? "B" : "A"}${token.slice(index + 1)}`;
    // The last character of a part may hold bits that count for nothing.
    const ends = [...token.matchAll(/\.|$/g)].map(({ index }) => index - 1);
    const places = [...token].flatMap((letter, index) =>
      letter === "." || ends.includes(index) ? [] : [index],
    );

    const codes = await Promise.all(places.map((index) => opened(at(index))));

    expect(codes.length).toBeGreaterThan(200);
    expect(new Set(codes)).toEqual(new Set(["brokenLink"]));
  });

  test.each<[string, Promise<string>]>([
    ["of another app", signLink(LINK, settings(NEW, "https://other.contoso.com"), NOW)],
    ["by a stranger's key", signLink(LINK, settings(FOREIGN), NOW)],
    [
      "by a stranger's key under the name of ours",
      forged({}, {}, [{ id: HERE.LINK_KEYS[0].id, key: createSecretKey(randomBytes(32)) }]),
    ],
    ["for something else than links", forged({}, { aud: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60" })],
    ["of another type of token", forged({ typ: "JWT" }, {})],
    ["by another algorithm", forged({ alg: "HS384" }, {})],
    ["without an end", forged({}, { exp: undefined })],
    ["without a beginning", forged({}, { iat: undefined })],
    ["without a request", forged({}, { sub: "" })],
    ["without a question", forged({}, { asked: undefined })],
    [
      "unsigned",
      Promise.resolve(`${Buffer.from('{"alg":"none","typ":"link+jwt"}').toString("base64url")}.e30.AA`),
    ],
    ["that is none", Promise.resolve("a.b.c")],
  ])("%s is broken", async (_what, token) => {
    expect(await opened(await token)).toBe("brokenLink");
  });

  test.each<[string, string | null]>([
    ["no header", null],
    ["a person's token", "Bearer a.b.c"],
    ["nothing", "Link "],
    ["more than any link", `Link a.${"b".repeat(2_048)}.c`],
    ["two", "Link a.b.c, Link a.b.c"],
  ])("%s is no link", async (_what, authorization) => {
    await expect(linkIn(authorization, REQUEST, HERE, NOW)).rejects.toMatchObject({
      code: "noLink",
      challenge: "Link",
    });
  });

  test("is neither made nor opened where no keys are set", async () => {
    const nowhere = { LINK_KEYS: undefined, PUBLIC_URL: HERE.PUBLIC_URL };

    await expect(linkIn("Link a.b.c", REQUEST, nowhere, NOW)).rejects.toMatchObject({ code: "noLinks" });
    expect(() => signLink(LINK, nowhere, NOW)).toThrow("LINK_KEYS is not set");
  });
});
