import type { Instant } from "../connection/connection.ts";
import type { Policy } from "../policy/index.ts";
import type { PolicyVersion } from "../policy/policy-version.ts";

/** The policy that decides now. */
export interface Policies {
  /** Asked at every assessment, so that a change is in force for the next one. Throws while none was ever loaded. */
  current(): Promise<Policy>;

  /** The same policy, with since when it is so. */
  inForce(): Promise<PolicyInForce>;
}

export interface PolicyInForce {
  readonly policy: Policy;
  /** When this process put it in force, with no other one since. */
  readonly since: Instant;
  /** When a rejection by it may be written at the earliest; null, and none may, while that cannot be told. */
  readonly rejectsFrom: Instant | null;
  /** Null where it comes from a file. */
  readonly version: PolicyVersion | null;
}

/** Since when the policy in force has been the same in all instances of the app, over restarts. */
export interface Standing {
  /**
   * Says that in this instance the policy of that hash is in force at that moment. Each says so again and again: while
   * two have different policies, neither stands for long.
   * @returns since when it stands: that moment, where another was the last that any instance spoke of
   */
  since(hash: string, at: Instant): Promise<Instant>;

  /** When each of these names signed the newest policy that was ever in force with their signature; nothing of who never did. */
  newestSignatures(names: readonly string[]): Promise<ReadonlyMap<string, Instant>>;

  /** Says that a policy comes into force that these people signed then. No moment ever moves back. */
  signed(signatures: ReadonlyMap<string, Instant>): Promise<void>;
}

/** What a policy is written in, as one look at its source found it. */
export interface PolicyFiles {
  /** Name of the policy's file, as messages show it; one that ends in `.json` was made by `policy build`. */
  readonly file: string;
  readonly text: string;
  /** Text of every list file, by its name as messages show it: `lists/payments.txt`. */
  readonly lists: ReadonlyMap<string, string>;
  /** Absent where the source keeps no versions. */
  readonly version?: PolicyVersion;
}

/** Where a policy is kept. */
export interface PolicySource {
  /** Whole files only, never one that is being written. Throws when there is nothing to be had; no text is lost by it. */
  read(): Promise<PolicyFiles>;
}

/** The switches are a line; what is larger is something else. */
export const MAX_SWITCHES_BYTES = 4 * 1_024;

/** Where the switches are kept, beside the policy. */
export interface SwitchesSource {
  /** How errors and the API name it. */
  readonly file: string;
  /** The whole text; null where there is none. Throws when that cannot be told. */
  read(): Promise<string | null>;
}
