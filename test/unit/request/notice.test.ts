import { describe, expect, test } from "vitest";
import type { Entry } from "../../../shared/request/record.ts";
import { aTrail, followed } from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applied,
  applying,
  asked,
  assessed,
  decided,
  deferred,
  failed,
  interrupted,
  reopened,
  resumed,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";

/** The kinds of the records of which people are told. */
function toldOf(...entries: readonly Entry[]): string[] {
  const { records, notices } = aTrail({}, ...entries);
  return records.filter(({ seq }) => notices.some((notice) => notice.seq === seq)).map(({ kind }) => kind);
}

describe("what people are told follows from the records", () => {
  test.each<[string, Entry[], string[]]>([
    ["nothing, where only rules decide", [assessed(), decided(), applying(), applied(), verified()], []],
    ["nothing, where a rule's write fails", [assessed(), decided(), applying(), failed()], []],
    ["nothing, where nobody is asked", [assessed(), deferred(), resumed, assessed(), deferred()], []],
    ["that they are asked", [assessed(), asked()], ["asked"]],
    [
      "reminders and escalations",
      [asked(), anEntry.reminded, anEntry.escalated],
      ["asked", "reminded", "escalated"],
    ],
    [
      "each review, which shows where a message is brought up to date",
      [asked(), reviewed(ana)],
      ["asked", "reviewed"],
    ],
    [
      "how it ended, once ARM shows it",
      [asked(), reviewed(ana), decided(), applying(), applied(), verified()],
      ["asked", "reviewed", "verified"],
    ],
    ["that the time is over", [asked(), anEntry.expired], ["asked", "expired"]],
    ["that the connection is gone", [asked(), anEntry.superseded], ["asked", "superseded"]],
    ["that the write failed", [asked(), decided(), applying(), failed()], ["asked", "failed"]],
    [
      "that it failed, and how it ended after all",
      [asked(), decided(), failed(), reopened("applying"), verified()],
      ["asked", "failed", "verified"],
    ],
    ["nothing of an interruption", [asked(), interrupted()], ["asked"]],
    ["that they are asked again", [asked(), anEntry.received, assessed(), asked()], ["asked", "asked"]],
    [
      "that they are asked no more: it waits for something else",
      [asked(), resumed, deferred()],
      ["asked", "deferred"],
    ],
    [
      "that they are asked no more: a rule decides",
      [asked(), resumed, decided(), verified()],
      ["asked", "decided"],
    ],
    [
      "nothing of a later round in which nobody is asked",
      [asked(), anEntry.expired, reopened(), decided(), verified()],
      ["asked", "expired"],
    ],
  ])("%s", (_what, entries, expected) => {
    expect(toldOf(...entries)).toEqual(expected);
  });

  test("also of records that are added one by one", () => {
    const request = aTrail({}, asked()).request;

    expect(followed(request, [anEntry.expired]).audience).not.toBeNull();
  });
});
