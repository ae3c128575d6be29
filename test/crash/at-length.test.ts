import { crashSlice } from "./slice.ts";

crashSlice({ points: 6, worlds: 2, load: { approvals: 40, kills: 5 } });
