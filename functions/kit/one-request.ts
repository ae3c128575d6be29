import * as z from "zod";
import { RequestId } from "../../shared/connection/connection.ts";
import { Problem } from "./problem.ts";

/** The path of every route that is about one request. */
export const OneRequest = z.object({
  id: RequestId.describe("The request's id: pec- and 32 hexadecimal digits."),
});

export const noSuchRequest = (id: RequestId): Problem =>
  new Problem("notFound", `There is no request ${id}.`);
