import { ENGINE } from "./engine.ts";

interface Difference<Value> {
  /** As the README of the stand-in has it. */
  readonly what: string;
  readonly "stand-in": Value;
  readonly extension: Value;
  readonly because: string;
  /** Where it was read, or seen. */
  readonly source: string;
}

/** Says of which type the expectation is. */
const differ = <Value>(difference: Difference<Value>): Difference<Value> => difference;

const SEEN = "seen with Microsoft.Azure.WebJobs.Extensions.DurableTask 3.19.0";

/**
 * Everything that the stand-in deliberately does otherwise than the genuine extension, in figures and words that the contract's
 * tests expect. What is not here is the same on both.
 */
export const DIFFERENCES = {
  startsAtOnce: differ<{ readonly least: number; readonly most: number }>({
    what: "ten starts of one id at the same time",
    "stand-in": { least: 1, most: 1 },
    extension: { least: 1, most: 10 },
    because: "without chaos a test can tell who was first; with it, several are accepted here, too",
    source: "AzureStorageOrchestrationService.cs reads the instance, then writes; DurableTask.AzureStorage",
  }),
  strangeId: differ<number>({
    what: "an instance id with @ in front, of more than 100 characters, with control characters or a question mark",
    "stand-in": 400,
    extension: 202,
    because: "the documentation forbids them, and other storage providers refuse them",
    source: SEEN,
  }),
  brokenPath: differ<number>({
    what: "a path that is no UTF-8",
    "stand-in": 400,
    extension: 202,
    because: "the id would be another one than was sent",
    source: SEEN,
  }),
  entities: differ<number>({
    what: "entities/...",
    "stand-in": 501,
    extension: 404,
    because: "there are none here, and the reply says so",
    source: SEEN,
  }),
  impossibleChild: differ<string>({
    what: "a call of a sub-orchestrator that does not exist, or that has its caller's id",
    "stand-in": "Failed",
    extension: "Running",
    because: "the caller would wait for ever, which nobody sees",
    source: `${SEEN}: still Running after a minute`,
  }),
  twins: differ<{ readonly status: string; readonly output: readonly object[] | null }>({
    what: "two calls of one child id in one yield",
    "stand-in": { status: "Running", output: null },
    extension: { status: "Completed", output: [{ n: 1 }, { n: 2 }] },
    because: "both children run there, one after the other, which nobody promises; here the last one does",
    source: SEEN,
  }),
  throwAfterContinueAsNew: differ<RegExp>({
    what: "the output of a throw after continueAsNew",
    "stand-in": /^Orchestrator function 'throwsAfterwards' failed: changed its mind$/,
    extension:
      /^Orchestrator function 'throwsAfterwards' failed: One or more errors occurred\. \(Result: Failure\n/,
    because: "the worker's whole text, with its state in it, tells nobody more",
    source: SEEN,
  }),
};

/** What the engine under test is expected to do. */
export const expected = <Value>(difference: Difference<Value>): Value => difference[ENGINE];
