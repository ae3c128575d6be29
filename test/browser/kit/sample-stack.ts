import { starts } from "./stack.ts";

/** The sample's world, as a newcomer meets it. */
export const setup = starts(1, { options: [], settingsIn: () => ({}) });
