import { StartError } from "../errors.ts";

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

/** By name; a constraint gets the numbers in its parentheses. */
const CONSTRAINTS: Readonly<Record<string, (...numbers: number[]) => Accepts>> = {
  int: () => whole(INT32),
  long: () => long,
  decimal: () => decimal,
  double: () => decimal,
  float: () => decimal,
  bool: () => (value) => /^(true|false)$/i.test(value),
  guid: () => (value) => /^(\{)?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}(\})?$/i.test(value),
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
 * The test of one written constraint such as `length(3,20)`. Throws a StartError when this host does not know it.
 * @see https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
 */
export function constraint(written: string, template: string): Accepts {
  const [name = "", inner = ""] = written.replace(")", "").split("(");
  const make = CONSTRAINTS[name];
  const numbers = inner === "" ? [] : inner.split(",").map(Number);
  if (make === undefined || numbers.some(Number.isNaN)) {
    throw new StartError(
      `The route "${template}" uses the constraint ${written}, which this host does not know.`,
    );
  }
  return make(...numbers);
}
