import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvLine } from "../../../functions/kit/csv.ts";

/** Reads a line as RFC 4180 says, independently of what wrote it. */
function fieldsOf(line: string): string[] {
  const fields = [""];
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line.charAt(at);
    if (letter === '"' && isQuoted && line.charAt(at + 1) === '"') {
      fields.push(`${fields.pop()}"`);
      at += 1;
    } else if (letter === '"') isQuoted = !isQuoted;
    else if (letter === "," && !isQuoted) fields.push("");
    else fields.push(`${fields.pop()}${letter}`);
  }
  return fields;
}

describe("a line of CSV", () => {
  test.each([
    [["a", "b"], '"a","b"'],
    [['say "yes"', "a,b", "two\r\nlines"], '"say ""yes""","a,b","two\r\nlines"'],
    [[null, 7, ""], '"",7,""'],
    [['=HYPERLINK("http://x")'], '"\'=HYPERLINK(""http://x"")"'],
    [
      ["+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠x"],
      `"'+1","'-1","'@SUM(A1)","'\t=1","'\r=1","'\n=1","'＝1","'＠x"`,
    ],
    [["a=1", " =1", "'=1"], `"a=1"," =1","'=1"`],
  ])("of %j is %s", (fields, line) => {
    expect(csvLine(fields)).toBe(line);
  });

  test("says what it was made of, and begins no field as a formula", () => {
    const hostile = fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n\",';a字＝") });
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1 }), (fields) => {
        const read = fieldsOf(csvLine(fields));

        expect(
          read.map((field, index) => (field === fields[index] ? field : field.replace("'", ""))),
        ).toEqual(fields);
        for (const field of read) expect(field).not.toMatch(/^[=+\-@\t\r\n＝]/);
      }),
    );
  });
});
