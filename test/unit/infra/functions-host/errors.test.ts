import { expect, test } from "vitest";
import { isOwnFault } from "../../../../infra/local/functions-host/errors.ts";
import { parseNcrontab } from "../../../../infra/local/functions-host/timer/ncrontab.ts";

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown.");
}

test("an error that nobody caught is the host's own fault when its code threw it, and else the app's", () => {
  const own = thrownBy(() => parseNcrontab("never"));
  const apps = thrownBy(() => {
    throw new Error("the app's");
  });

  expect([own, apps].map(isOwnFault)).toEqual([true, false]);
});
