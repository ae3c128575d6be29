// What a request looks like to people: made for the page, the command line and cards alike, so that they tell one story. It is
// pure, and runs in a browser: what it loads imports neither zod nor Node, and looks at no clock.
export { adviceFor } from "./advice.ts";
export type { ScreenInput, Viewer } from "./input.ts";
export { relative } from "./relative.ts";
export { rowOf } from "./row.ts";
export { type Screen, screenOf } from "./screen.ts";
export { shown } from "./shown.ts";
export { timelineOf } from "./timeline.ts";
export { TROUBLE_ADVICE } from "./trouble.ts";
