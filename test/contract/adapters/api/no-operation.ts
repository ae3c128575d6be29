import { describe, expect, test } from "vitest";
import { LAST } from "../../../../functions/kit/unknown-operation.ts";
import { routes } from "../../../../functions/routes.ts";
import { byNobody } from "./calls.ts";
import { FIRST } from "./trails.ts";

describe("what no operation answers", () => {
  test("is asked of the function whose name is the last, since the host asks by name", () => {
    const names = [...routes.map(({ operationId }) => operationId), "inbox", LAST];

    expect(names.toSorted().at(-1)).toBe(LAST);
  });

  test.each([
    ["POST", "requests", "GET"],
    ["DELETE", `requests/${FIRST.request.id}`, "GET"],
    ["GET", `requests/${FIRST.request.id}/reviews`, "POST"],
    ["PUT", `Requests/${FIRST.request.id}/reviews/`, "POST"],
    ["OPTIONS", "audit/summary", "GET"],
    ["PATCH", "openapi.json", "GET"],
  ])("%s of %s is told what there is: %s", async (method, path, allow) => {
    const response = await byNobody(method, path);

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 405, code: "methodNotAllowed" });
  });

  test.each(["nothing", "requests/a/b", "requests//reviews", "openapi-json", "audit/summary/x"])(
    "is not found at %s",
    async (path) => {
      const response = await byNobody("GET", path);

      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ status: 404, code: "notFound" });
    },
  );
});
