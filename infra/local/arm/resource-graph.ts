import type { Behaviour, Call } from "./call.ts";
import { MAX_ROWS } from "./constants.ts";
import { ArmError } from "./errors.ts";
import { knownQueries, rowsOf } from "./queries.ts";
import { parseBody, QueryBody } from "./schemas.ts";

/** Answers the queries that it knows, at once and from the state as it is: nothing here is minutes behind. */
export const queryResources: Behaviour = (world, call) => {
  const { query } = parseBody(QueryBody, call.body);
  const headers = world.quota.take(callerOf(call), call.now);
  const rows = rowsOf(world, query, call.now);
  if (!rows) throw invalidQuery();
  const data = rows.slice(0, MAX_ROWS);
  return {
    status: 200,
    headers,
    body: {
      totalRecords: rows.length,
      count: data.length,
      data,
      facets: [],
      resultTruncated: String(data.length < rows.length),
    },
  };
};

const callerOf = ({ caller }: Call): string => caller.oid ?? caller.appid ?? "";

const invalidQuery = (): ArmError =>
  new ArmError("BadRequest", "Please provide below info when asking for support.", {}, [
    {
      code: "InvalidQuery",
      message:
        "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
    },
    { code: "NotImitated", message: `This stand-in knows only: ${knownQueries.join("; ")}.` },
  ]);
