import * as z from "zod";

/**
 * Whatever else it has is an attribute of somebody's own, named by small letters and digits.
 * @see https://learn.microsoft.com/azure/event-grid/cloud-event-schema
 */
export const CloudEvent = z
  .looseObject({
    specversion: z.literal("1.0"),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    time: z.iso.datetime({ offset: true }).optional(),
  })
  .refine((event) => Object.keys(event).every((name) => /^[a-z0-9_]+$/.test(name)), {
    error: "attributes are named by small letters and digits",
  });
