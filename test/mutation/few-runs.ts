import fc from "fast-check";

/** A law is tried less often here: it is tried again for every mutant. */
fc.configureGlobal({ numRuns: 40 });
