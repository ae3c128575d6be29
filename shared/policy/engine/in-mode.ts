import type { Mode } from "../verdict.ts";
import type { Ruling } from "./ruling.ts";

/** What is left of a ruling in the policy's own mode: approveOnly rejects nobody and asks nobody, shadow does nothing. */
export function inMode(mode: Mode, ruling: Ruling): Ruling {
  const isHeldBack =
    mode === "shadow" || (mode === "approveOnly" && (ruling.kind === "reject" || ruling.kind === "ask"));
  if (!isHeldBack || ruling.kind === "leave") return ruling;
  const { decidedBy, undecided, vetoedBy } = ruling;
  return { kind: "leave", mode, decidedBy, undecided, vetoedBy };
}
