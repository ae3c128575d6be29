import { describe, expect, test } from "vitest";
import { addressIn } from "../../../functions/link/page/address.ts";
import { type Answer, ask } from "../../../functions/link/page/ask.ts";

const ID = `pec-${"1".repeat(32)}`;
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.a_b-c";

describe("the address of a link", () => {
  test("has the request and the token behind #", () => {
    expect(addressIn(`#/requests/${ID}/${TOKEN}`)).toEqual({ id: ID, token: TOKEN });
  });

  test.each([
    "",
    "#",
    `#/requests/${ID}`,
    `#/requests/${ID}/${TOKEN}/`,
    `#/requests/${ID}/a.b`,
    `#/requests/../audit/${TOKEN}`,
    `#/requests/pec-1/${TOKEN}`,
    `#/requests/${ID}/${TOKEN}%0d%0ax`,
    `#/requests/${ID}/${TOKEN} x`,
  ])("%j is none", (hash) => {
    expect(addressIn(hash)).toBeNull();
  });
});

describe("asking what a link shows", () => {
  const calls: { path: string; init: RequestInit | undefined }[] = [];
  const asking = (answer: () => Response | Promise<Response>): Promise<Answer> => {
    calls.length = 0;
    return ask({ id: ID, token: TOKEN }, async (path, init) => {
      calls.push({ path: String(path), init });
      return answer();
    });
  };

  test("sends the token in a header, and in no address", async () => {
    const answer = await asking(() => Response.json({ title: "pe → aks" }));

    expect(answer).toEqual({ shown: { title: "pe → aks" } });
    expect(calls).toMatchObject([
      {
        path: `/api/requests/${ID}/view`,
        init: { headers: { authorization: `Link ${TOKEN}` }, cache: "no-store", redirect: "error" },
      },
    ]);
  });

  test("a refusal is told as the app says it", async () => {
    const problem = {
      title: "The link shows nothing any more",
      detail: "It has expired. Ask for a new one.",
    };

    expect(await asking(() => Response.json(problem, { status: 410 }))).toEqual({
      refusal: { heading: problem.title, sentence: problem.detail },
    });
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ["nobody answers", () => Promise.reject(new TypeError("fetch failed"))],
    ["a gateway answers", () => new Response("<h1>502</h1>", { status: 502 })],
    ["something else answers", () => Response.json(["?"], { status: 403 })],
  ])("where %s, that is said and what to do", async (_what, answer) => {
    expect(await asking(answer)).toEqual({
      refusal: {
        heading: "The app does not answer",
        sentence: "Look whether you are online, and load the page again in a minute.",
      },
    });
  });
});
