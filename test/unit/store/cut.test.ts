import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../../shared/request/json.ts";
import type { Change } from "../../../shared/request/life.ts";
import { cut, filled, HOLE } from "../../../shared/store/cut.ts";
import {
  aClusterId,
  aConnection,
  aConnectionId,
  anEndpoint,
  aTrail,
  DAY,
  later,
  PROVIDER,
} from "../../fixtures/builders.ts";
import {
  ana,
  applied,
  applying,
  asked,
  assessed,
  decided,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";

const again = (text: string): string => {
  const { template, pieces } = cut(text);
  return filled(template.split(HOLE), pieces.map((piece) => piece.text).join(HOLE));
};

/** Members that are cut at, and others, in whatever nests. */
const said = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.constant(null),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom("at", "seq", "actor", "because", "verdict", "name", '"at', '":'),
        fc.string({ unit: "binary" }),
      ),
      tie("value"),
      { maxKeys: 5 },
    ),
  ),
})).value;

describe("cutting a text", () => {
  test("takes nothing away: the pieces in the holes make any JSON again", () => {
    fc.assert(
      fc.property(said, (value) => {
        const text = canonicalText(value);

        expect(again(text)).toBe(text);
      }),
    );
  });

  test("takes nothing away from what is no JSON either", () => {
    const words = fc.constantFrom('"', '":', '{"at":', "[", "}", ",", "\\", '"actor":{', "null", "x");
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
        const text = parts.join("");

        expect(again(text)).toBe(text);
      }),
    );
  });

  test("leaves a template that the records of other requests have, too", () => {
    const entries = [assessed(), asked(), reviewed(ana), decided(), applying(), applied(), verified()];
    const connection = aConnection({
      id: aConnectionId("other", aClusterId("aks-test")),
      endpoint: anEndpoint("pe-other", "rg-other", PROVIDER),
      message: "another one",
    });
    const templates = ({ said }: Change) => said.map((text) => cut(text).template);

    const one = templates(aTrail({}, ...entries));
    const other = templates(aTrail({ connection, at: later(DAY) }, ...entries));

    expect(other).toEqual(one);
  });

  test.each([
    ["a value that is its own", '{"at":"x","b":1}', `{"at":${HOLE},"b":1}`],
    ["a value that others share", '{"actor":{"a":[1,"}"],"b":2}}', `{"actor":${HOLE}}`],
    ["not a short one", '{"actor":"short"}', '{"actor":"short"}'],
    ["not null", '{"at":null}', '{"at":null}'],
    ["not what only quotes a member", '{"b":"say \\"at\\":1"}', '{"b":"say \\"at\\":1"}'],
  ])("cuts out %s", (_what, text, template) => {
    expect(cut(text).template).toBe(template);
  });
});
