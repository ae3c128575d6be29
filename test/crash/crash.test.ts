import { crashSlice } from "./slice.ts";

// A larger slice is in at-length.test.ts.
crashSlice({ points: 3, worlds: 1, load: { approvals: 15, kills: 2 } });
