import type { Policy } from "../policy/index.ts";

/** The policy that decides now. */
export interface Policies {
  /** Asked at every assessment, so that a change is in force for the next one. Throws while none was ever loaded. */
  current(): Promise<Policy>;
}

/** What a policy is written in, as one look at its source found it. */
export interface PolicyFiles {
  /** Name of the policy's file, as messages show it; one that ends in `.json` was made by `policy build`. */
  readonly file: string;
  readonly text: string;
  /** Text of every list file, by its name as messages show it: `lists/payments.txt`. */
  readonly lists: ReadonlyMap<string, string>;
}

/** Where a policy is kept. */
export interface PolicySource {
  /** Whole files only, never one that is being written. Throws when there is nothing to be had; no text is lost by it. */
  read(): Promise<PolicyFiles>;
}
