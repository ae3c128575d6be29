import type { TypedData } from "../../durable-task/contract.ts";

/** One output binding of one function. */
export interface OutputBinding {
  readonly fn: string;
  readonly binding: Readonly<Record<string, unknown>>;
}

/** Where an output goes. */
export interface Target {
  /** Resolves when the other side has accepted it; rejects when it has not. */
  send(data: TypedData): Promise<void>;
}
