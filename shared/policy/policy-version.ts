import * as z from "zod";

/** Which version of a policy it is, where what keeps it knows versions, and who wrote it as they say themselves. */
export const PolicyVersion = z.object({
  /** The blob's version id, or its ETag in an account without versions. */
  version: z.string(),
  writtenAt: z.iso.datetime().nullable(),
  /** Nobody's proof: whoever may write the blob may write any name beside it. */
  author: z.string().nullable(),
  commit: z.string().nullable(),
});
export type PolicyVersion = z.infer<typeof PolicyVersion>;
