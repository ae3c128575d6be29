import fc from "fast-check";

/** What means something to a terminal, a table, Markdown, HTML, GitHub or a workflow command; and some of all the rest. */
const UNITS = [
  ..."|`<>&\\\"'*_~[]()#@!:;,%=+-. \t\n\r/azAZ09",
  ..."\u0000\u0007\u001b\u007f\u0085\u00a0\u00ad\u200b\u200f\u2028\u2029\u202e\u2066\ufeff\ufffd",
  ..."øßΣſ日\u{1f600}",
  "\ud800",
  "\udc00",
  "::error::",
  "https://",
  "www.",
  "<!--",
  "&#124;",
  "\\|",
];

/** A stranger's text, written to do harm where it is shown. */
export const hostileText = (maxLength = 60): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...UNITS), maxLength });
