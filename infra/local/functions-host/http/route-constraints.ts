import { asError, StartError } from "../errors.ts";

type Accepts = (value: string) => boolean;

const INT32 = 2n ** 31n;
const INT64 = 2n ** 63n;

const whole =
  (bound: bigint): Accepts =>
  (value) =>
    /^[+-]?\d{1,20}$/.test(value) &&
    BigInt(value.replace("+", "")) >= -bound &&
    BigInt(value.replace("+", "")) < bound;
const decimal: Accepts = (value) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value);
const long = whole(INT64);

/** NumberStyles.Float also takes an exponent. */
const float: Accepts = (value) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
/** A dot in the last segment, and something behind it. */
const file: Accepts = (value) => /\.[^./]+$/.test(value);

/** By lower-cased name; a constraint gets the numbers in its parentheses. */
const CONSTRAINTS: Readonly<Record<string, (...numbers: number[]) => Accepts>> = {
  int: () => whole(INT32),
  long: () => long,
  decimal: () => decimal,
  double: () => float,
  float: () => float,
  // What .NET's invariant culture reads is close to what JavaScript reads; a bare number is a date in neither.
  datetime: () => (value) => !float(value) && !Number.isNaN(Date.parse(value)),
  file: () => file,
  nonfile: () => (value) => !file(value),
  bool: () => (value) => /^(true|false)$/i.test(value),
  guid: () => (value) => /^([{(])?[0-9a-f]{8}(-?)([0-9a-f]{4}\2){3}[0-9a-f]{12}[)}]?$/i.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  required: () => (value) => value !== "",
  minlength:
    (least = 0) =>
    (value) =>
      value.length >= least,
  maxlength:
    (most = 0) =>
    (value) =>
      value.length <= most,
  length:
    (least = 0, most = least) =>
    (value) =>
      value.length >= least && value.length <= most,
  min:
    (least = 0) =>
    (value) =>
      long(value) && Number(value) >= least,
  max:
    (most = 0) =>
    (value) =>
      long(value) && Number(value) <= most,
  range:
    (least = 0, most = 0) =>
    (value) =>
      long(value) && Number(value) >= least && Number(value) <= most,
};

/**
 * The test of one written constraint such as `length(3,20)`. Throws a StartError when there is none of that name.
 * @see https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
 */
export function constraint(written: string, template: string): Accepts {
  const parsed = /^(\w+)(?:\((.*)\))?$/s.exec(written);
  const name = parsed?.[1]?.toLowerCase() ?? "";
  const inner = parsed?.[2] ?? "";
  if (name === "regex") return matching(inner, template);
  const make = Object.hasOwn(CONSTRAINTS, name) ? CONSTRAINTS[name] : undefined;
  const numbers = inner === "" ? [] : inner.split(",").map(Number);
  if (make === undefined || numbers.some(Number.isNaN)) {
    throw new StartError(
      `The route "${template}" uses the constraint ${written}, which this host does not know.`,
    );
  }
  return make(...numbers);
}

/** .NET ignores case here. Its expressions are JavaScript's but for rarities. */
function matching(source: string, template: string): Accepts {
  try {
    const expression = new RegExp(source, "i");
    return (value) => expression.test(value);
  } catch (error) {
    const { message } = asError(error);
    throw new StartError(`The route "${template}" has a regex that cannot be used: ${message}`, {
      cause: error,
    });
  }
}
