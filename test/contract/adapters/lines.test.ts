import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvLine, jsonLine } from "../../../functions/kit/lines.ts";

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
    [['say "yes"', "a,b", "two\r\nlines"], '"say ""yes""","a,b","two  lines"'],
    [[null, 7, ""], '"",7,""'],
    [['=HYPERLINK("http://x")'], '"\'=HYPERLINK(""http://x"")"'],
    [
      ["+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠x"],
      `"'+1","'-1","'@SUM(A1)","' =1","' =1","' =1","'＝1","'＠x"`,
    ],
    [
      ["a;=1", 'a"=1', "a;; +1", 'a;"-1', "a; b", "a=b;c"],
      `"a;'=1","a""'=1","a;;' +1","a;""'-1","a; b","a=b;c"`,
    ],
    [["\0=1", "\u200b=1", "\ufeff@x", "\u00a0=1"], `"' =1","' =1","' @x","'\u00a0=1"`],
    [["a\0b", "\u202egpj.exe", "a\u2028b", "a\u0085b", "a\tb"], '"a b"," gpj.exe","a b","a b","a b"'],
    [["a=1", " =1", "'=1"], `"a=1","' =1","'=1"`],
  ])("of %j is %s", (fields, line) => {
    expect(csvLine(fields)).toBe(line);
  });

  const hostile = fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n\",';a字＝ \0\u202e\u2028\ufeff") });
  const FORMULA = /^\s*[=+\-@＝＋－＠]/;

  test("says what it was made of, but for what cannot be seen, and begins no field as a formula", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1 }), (fields) => {
        const read = fieldsOf(csvLine(fields));

        const plain = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}]/gu, " ").replaceAll("'", "");
        expect(read.map(plain)).toEqual(fields.map(plain));
        for (const field of read) expect(field).not.toMatch(FORMULA);
      }),
    );
  });

  test("is one line without a formula for a reader, too, that parts it at semicolons", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1 }), (fields) => {
        const line = csvLine(["id", ...fields]);

        expect(line).not.toMatch(/\p{Cc}/u);
        for (const cell of line.split(";")) expect(cell).not.toMatch(/^\s*"*\s*[=+\-@＝＋－＠]/);
      }),
    );
  });
});

describe("a line of JSON", () => {
  test("says what it was made of, and is one line for every reader of lines", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(...'a\n\r\v\f\0\u001c\u001d\u001e\u0085\u2028\u2029"\\'),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const line = jsonLine({ text });

        expect(JSON.parse(line)).toEqual({ text });
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
