import type { TypedData } from "../../durable-task/contract.ts";
import { json } from "../typed-data.ts";
import type { HttpCall } from "./call.ts";

/**
 * What the Http extension knows of a request beside the request itself: each parameter of the query but the key, then
 * those of the route, then `Query` and `Headers`, unless one of these is named so. With HTTP streams `request.params`
 * is made of it, and `request.headers` of `Headers`. What is told apart by case only is one, spelt as it came first.
 * @see azure-webjobs-sdk-extensions, HttpTriggerAttributeBindingProvider.cs, GetRequestBindingData; @azure/functions
 * 4.16, HttpRequest.ts, createStreamRequest
 */
export function bindingData(call: HttpCall, route: Record<string, string>): Record<string, TypedData> {
  const query = queryPairs(call);
  const bound = query.filter(([name]) => name.toLowerCase() !== "code");
  const strings = lastOfEach([...bound, ...Object.entries(route)]);
  const isTaken = (name: string) => strings.some(([key]) => key.toLowerCase() === name.toLowerCase());
  const whole: readonly [string, readonly [string, string][]][] = [
    ["Query", query],
    ["Headers", headerPairs(call)],
  ];
  return Object.fromEntries([
    ...strings.map(([name, string]): [string, TypedData] => [name, { string }]),
    ...whole.flatMap(([name, pairs]): [string, TypedData][] =>
      isTaken(name) ? [] : [[name, json(Object.fromEntries(pairs))]],
    ),
  ]);
}

/** Names in lower case; what comes several times is joined by commas. */
export function headerPairs({ headers }: HttpCall): [string, string][] {
  return Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(",")]);
}

/** The real host hands repeated query parameters to Node joined by commas. */
export function queryPairs({ url: { searchParams } }: HttpCall): [string, string][] {
  const values = Map.groupBy(searchParams, ([name]) => name.toLowerCase()).values();
  return [...values].map((pairs) => [pairs[0]?.[0] ?? "", pairs.map(([, value]) => value).join(",")]);
}

/** As a .NET dictionary that ignores case has it: the first spelling, and the value that was set last. */
function lastOfEach(pairs: readonly [string, string][]): [string, string][] {
  const values = Map.groupBy(pairs, ([name]) => name.toLowerCase()).values();
  return [...values].map((same) => [same[0]?.[0] ?? "", same.at(-1)?.[1] ?? ""]);
}
