import { expect, test } from "vitest";
import { logRecord } from "../../../functions/kit/log-record.ts";
import { recordKinds } from "../../../shared/request/record.ts";
import { aRequest } from "../../fixtures/builders.ts";

test("every record is a line in the log, and that somebody wrote into the store is an alert", () => {
  const { id: requestId } = aRequest({});
  const lines: string[] = [];
  const log = {
    info: (line: string) => void lines.push(`info ${line}`),
    error: (line: string) => void lines.push(`error ${line}`),
  };

  for (const kind of recordKinds) logRecord(log, { requestId, kind, sentence: "Record 2 is missing." });

  const levelOf = (kind: string) => (kind === "distrusted" ? "error" : "info");
  expect(lines).toEqual(
    recordKinds.map((kind) => `${levelOf(kind)} ${requestId} ${kind}: Record 2 is missing.`),
  );
});
