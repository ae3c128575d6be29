import { randomBytes } from "node:crypto";

const FORM = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const isZero = (text: string): boolean => /^0+$/.test(text);

/**
 * The place that the host gives an invocation: a span of its own, below whoever called it, or in a new trace. The last two
 * digits are 00, since Application Insights samples later.
 * @see https://www.w3.org/TR/trace-context/ and azure-functions-host, GrpcMessageConversionExtensions.cs (RpcTraceContext)
 */
export function placeBelow(caller: string | undefined): string {
  const [, known = ""] = FORM.exec(caller ?? "") ?? [];
  const trace = known === "" || isZero(known) ? randomBytes(16).toString("hex") : known;
  return `00-${trace}-${randomBytes(8).toString("hex")}-00`;
}
