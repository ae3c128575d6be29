import * as z from "zod";
import { MAX_REASON_CHARACTERS } from "../../shared/approval/review.ts";
import { hasVisible } from "../../shared/text.ts";

const WHY = "must say why the connection is rejected: a rejected connection can never be approved again";

/** What whoever answers may say beside it. */
export const optionalReason = z.string().trim().max(MAX_REASON_CHARACTERS).default("");

/** A rejection says why. */
export const rejectionReason = z
  .string(WHY)
  .trim()
  .min(1, WHY)
  .max(MAX_REASON_CHARACTERS)
  .refine(hasVisible, WHY)
  .describe("Why, for the trail, for ARM and for the consumer.");
