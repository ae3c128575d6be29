import { startsOne } from "./stack.ts";

/** The sample's world, as a newcomer meets it. */
export const setup = startsOne([], () => ({}));
