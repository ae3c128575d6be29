import { describe, expect, test } from "vitest";
import { changesOf, heldBy } from "../../../functions/inbox/page/seen.ts";
import { APPROVES, aConnection, aPolicy, aRequest, followed, later } from "../../fixtures/builders.ts";
import {
  ana,
  asked,
  asPerson,
  assessed,
  decided,
  resumed,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";
import { aDetail, waiting } from "./world.ts";

const seen = aDetail();
const askedAgain = followed(waiting(), [resumed, assessed(aPolicy(APPROVES)), asked()], later(60_000));

describe("what somebody is about to answer", () => {
  test("stays on the screen when something else is asked", () => {
    expect(heldBy(seen, aDetail(askedAgain))).toBe("changed");
  });

  test("stays when nothing is asked any more", () => {
    expect(heldBy(seen, aDetail(aRequest({}, assessed(), asked(), decided("approve", asPerson(ana)))))).toBe(
      "over",
    );
  });

  test("is brought up to date when only another review came: the form stays where it is", () => {
    expect(heldBy(seen, aDetail(aRequest({}, assessed(aPolicy()), asked(), reviewed())))).toBeNull();
  });
});

describe("what nobody is about to answer", () => {
  test.each<[string, ReturnType<typeof aDetail>]>([
    ["because it is not theirs", aDetail(waiting(), { mayReview: false })],
    ["because it does not wait", aDetail(aRequest({}))],
  ])("follows at once, %s", (_why, before) => {
    expect(heldBy(before, aDetail(askedAgain))).toBeNull();
  });
});

describe("what changed", () => {
  test("is nothing between two looks at the same", () => {
    expect(changesOf(seen, aDetail())).toEqual([]);
  });

  test("names what is different, and what it was before", () => {
    const other = waiting({ connection: aConnection({ message: "CHG0012345: for payroll" }) });

    expect(changesOf(seen, aDetail(other))).toEqual([
      { what: "Their message", before: "for payments", after: "CHG0012345: for payroll" },
    ]);
  });

  test("says who decided, and how it ended", () => {
    const done = aRequest({}, assessed(aPolicy()), asked(), decided("approve", asPerson(ana)), verified());

    const changes = changesOf(seen, aDetail(done));

    expect(changes).toContainEqual({ what: "State", before: "waiting", after: "approved" });
    expect(changes).toContainEqual({ what: "Decision", before: "nothing", after: "approve: it fits" });
  });
});
