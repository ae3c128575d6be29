import { expect, test } from "vitest";
import type { AppFunction } from "../../../../infra/local/functions-host/app.ts";
import { listFunctions } from "../../../../infra/local/functions-host/list.ts";

const triggered = (name: string, trigger: Record<string, unknown>) =>
  ({ name, trigger }) as unknown as AppFunction;

test("functions are listed by name, with the address of those that are called by HTTP", () => {
  const functions = [
    triggered("hello", { type: "httpTrigger" }),
    triggered("item", { type: "httpTrigger", methods: ["GET"], route: "/items/{id:int}/" }),
    triggered("nightly", { type: "timerTrigger" }),
  ];

  const underApi = listFunctions(functions, "http://127.0.0.1:7071", "api");
  const atRoot = listFunctions(functions.slice(0, 1), "http://127.0.0.1:7071", "");

  expect(underApi).toEqual([
    "  hello: [GET,POST] http://127.0.0.1:7071/api/hello",
    "  item: [GET] http://127.0.0.1:7071/api/items/{id:int}",
    "  nightly: timerTrigger",
  ]);
  expect(atRoot).toEqual(["  hello: [GET,POST] http://127.0.0.1:7071/hello"]);
});
