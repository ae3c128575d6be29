import { describe, expect, test } from "vitest";
import { isOfSameOrigin, mayBeOfPage } from "../../../../infra/local/kit/origin.ts";

const OWN = "127.0.0.1:7071";
const POINTED_HERE = "evil.example:7071";

describe("whose a call is", () => {
  test.each<[string, Record<string, string>, boolean, boolean]>([
    ["a program's", { host: OWN }, false, false],
    ["a program's, by another of our names", { host: "[::1]:7071" }, false, false],
    ["a program's, by a name that is pointed here", { host: POINTED_HERE }, false, true],
    ["our page's", { host: OWN, origin: `http://${OWN}`, "sec-fetch-site": "same-origin" }, true, true],
    ["our page's, to look only", { host: OWN, "sec-fetch-site": "same-origin" }, true, true],
    ["our page's in an old browser", { host: "LOCALHOST:7071", origin: "http://LOCALHOST:7071" }, true, true],
    [
      "another page's",
      { host: OWN, origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      false,
      true,
    ],
    ["another page's, to look only", { host: OWN, "sec-fetch-site": "cross-site" }, false, true],
    ["another page's in an old browser", { host: OWN, origin: "https://evil.example" }, false, true],
    [
      "a page's that says two things",
      { host: OWN, origin: "null", "sec-fetch-site": "same-origin" },
      false,
      true,
    ],
    [
      "another port's page's",
      { host: OWN, origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" },
      false,
      true,
    ],
    [
      "a page's under a name that is pointed here",
      { host: POINTED_HERE, origin: `http://${POINTED_HERE}`, "sec-fetch-site": "same-origin" },
      false,
      true,
    ],
    ["nobody's", {}, false, true],
  ])("%s: %o is of the same origin: %s; may be of a page: %s", (_whose, headers, isSame, isPage) => {
    expect([isOfSameOrigin(headers), mayBeOfPage(headers)]).toEqual([isSame, isPage]);
  });
});
