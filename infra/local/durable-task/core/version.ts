import type { Versioning } from "../contract.ts";
import type { FailureDetails } from "./history.ts";
import type { Completion, WalkResult } from "./walk-result.ts";

/** System.Version takes two to four whole numbers. */
const MAX_PARTS = 4;

/** An app that says nothing of versions: whoever has one waits for another app. */
const WITHOUT: Versioning = {
  defaultVersion: "",
  matchStrategy: "CurrentOrOlder",
  failureStrategy: "Reject",
};

/** Whether a worker takes instances of a version. @see TaskOrchestrationDispatcher.cs in DurableTask.Core */
export function isForWorker(version: string, versioning: Versioning = WITHOUT): boolean {
  switch (versioning.matchStrategy) {
    case "Strict":
      return version === versioning.defaultVersion;
    case "CurrentOrOlder":
      return compareVersions(version, versioning.defaultVersion) <= 0;
    default:
      return true;
  }
}

/**
 * No version comes before every version; numbers with dots are compared as numbers, anything else as text without case.
 * @see VersioningSettings.CompareVersions in DurableTask.Core
 */
function compareVersions(one: string, other: string): number {
  if (one.trim() === "" || other.trim() === "")
    return Number(one.trim() !== "") - Number(other.trim() !== "");
  const [a, b] = [numbersOf(one), numbersOf(other)];
  if (a === undefined || b === undefined) {
    const [lower, higher] = [one.toLowerCase(), other.toLowerCase()];
    return lower === higher ? 0 : lower < higher ? -1 : 1;
  }
  for (let part = 0; part < MAX_PARTS; part++) {
    // A part that is not there comes before zero, as in System.Version.
    const difference = (a[part] ?? -1) - (b[part] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] | undefined {
  return /^\d+(\.\d+){1,3}$/.test(version.trim()) ? version.trim().split(".").map(Number) : undefined;
}

/** The execution of a version that this worker is not for. @see TaskOrchestrationDispatcher.cs in DurableTask.Core */
export function versionMismatch(): WalkResult {
  const failure: FailureDetails = {
    ErrorType: "VersionMismatch",
    ErrorMessage: "Orchestration version did not comply with Worker Versioning",
    StackTrace: null,
    InnerFailure: null,
    IsNonRetriable: true,
  };
  const output = JSON.stringify(`${failure.ErrorType}: ${failure.ErrorMessage}`);
  const completion: Completion = { id: 0, status: "Failed", output, details: null, failure };
  return { work: [], isSuspended: false, completion, continuation: undefined, findings: [] };
}
