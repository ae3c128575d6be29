import * as z from "zod";
import { instant } from "../connection/connection.ts";
import { oneLine } from "../text.ts";
import { patiently } from "./patiently.ts";
import type { SwitchesSource } from "./port.ts";
import type { SwitchesStatus } from "./status.ts";
import { twoLooks } from "./two-looks.ts";

/** For so long what was last read counts while nothing can be read. */
const GOOD_FOR_MS = 60_000;
/** As for the policy. */
const READ_LIMIT_MS = 10_000;
const MAX_REASON = 300;

const OnOrOff = z.enum(["on", "off"]);
const Switches = z.strictObject({ killSwitch: OnOrOff.default("off"), writes: OnOrOff.default("on") });
type Switches = z.infer<typeof Switches>;

/** What is so where there is no file. */
const NOTHING: Switches = { killSwitch: "off", writes: "on" };
const ALL_STOPPED: Switches = { killSwitch: "on", writes: "off" };

/** What is said of what are none. */
export const MUST_BE = 'is not like {"killSwitch":"on","writes":"off"}; mend it, or take it away.';

/** What one look found: what the switches say, or why that cannot be told. */
type Seen =
  | { readonly kind: "said"; readonly switches: Switches; readonly isThere: boolean }
  | { readonly kind: "illegal" | "unreadable"; readonly because: string };
type SeenAs = Seen & { readonly fingerprint: string; readonly isWhole: true };

interface Needs {
  readonly source: SwitchesSource;
  /** Unix time in ms. */
  now(): number;
  pause(ms: number): Promise<unknown>;
}

/**
 * The switches beside the policy, which stop what they say without a restart: looked at whenever the policy is.
 *
 * What cannot be understood stops everything, since somebody meant to stop something; so does what could not be read for a
 * minute. Half of a JSON object is none, so what is legal counts at once; all else, also that the file is gone, must be
 * found twice, a second apart.
 */
export class SwitchesInForce {
  readonly #needs: Needs;
  readonly #look: () => Promise<SeenAs | null>;
  #last: string | null = null;
  #switches = NOTHING;
  #isThere = false;
  #readAt: number | null = null;
  #problem: SwitchesStatus["problem"] = null;

  constructor(needs: Needs) {
    this.#needs = needs;
    const isKnown = (seen: SeenAs) =>
      (seen.kind === "said" && (seen.isThere || this.#last === null)) || seen.fingerprint === this.#last;
    this.#look = patiently(READ_LIMIT_MS, () =>
      twoLooks({ look: () => this.#seen(), isKnown, pause: needs.pause }),
    );
  }

  /** Never throws: what is wrong is told, once, and in `status`. */
  async look(report: (level: "info" | "error", line: string) => void): Promise<void> {
    const { file } = this.#needs.source;
    const before = this.status();
    const late = (because: string): SeenAs => seenAs({ kind: "unreadable", because: `${file} ${because}` });
    const seen = await this.#look().catch((error: unknown) => late(`cannot be read: ${messageOf(error)}`));
    this.#take(seen ?? late("is replaced again and again."));
    const { killSwitch, writes, problem, isStopped } = this.status();
    const says = `killSwitch ${killSwitch}, writes ${writes}`;
    if (isStopped && !before.isStopped)
      report("error", `policy: stopped: nothing is approved by policy, or written: ${problem?.because}`);
    else if (problem !== null && problem.because !== before.problem?.because)
      report("error", `policy: the switches cannot be read, so the last ones stand: ${problem.because}`);
    else if (killSwitch !== before.killSwitch || writes !== before.writes)
      report("info", `policy: the switches of ${file} stand at ${says}`);
  }

  status(): SwitchesStatus {
    const isStopped = this.#problem !== null && this.#switches === ALL_STOPPED;
    const readAt = this.#readAt === null ? null : instant(this.#readAt);
    const { file } = this.#needs.source;
    return { file, isThere: this.#isThere, ...this.#switches, readAt, problem: this.#problem, isStopped };
  }

  async #seen(): Promise<SeenAs> {
    const { source } = this.#needs;
    try {
      const text = await source.read();
      if (text === null) return seenAs({ kind: "said", switches: NOTHING, isThere: false });
      const data = switchesIn(text);
      if (data !== null) return seenAs({ kind: "said", switches: data, isThere: true });
      return seenAs({ kind: "illegal", because: `${source.file} ${MUST_BE}` });
    } catch (error) {
      return seenAs({ kind: "unreadable", because: messageOf(error) });
    }
  }

  #take(seen: SeenAs): void {
    const now = this.#needs.now();
    this.#last = seen.fingerprint;
    if (seen.kind === "said") {
      this.#switches = seen.switches;
      this.#isThere = seen.isThere;
      this.#readAt = now;
      this.#problem = null;
      return;
    }
    this.#problem = { at: instant(now), because: seen.because };
    // Absolute, because clocks are set back.
    const isOld = this.#readAt === null || Math.abs(now - this.#readAt) > GOOD_FOR_MS;
    if (seen.kind === "illegal" || isOld) this.#switches = ALL_STOPPED;
  }
}

const switchesIn = (text: string): Switches | null => Switches.safeParse(jsonIn(text)).data ?? null;

/** Whether a text is one that the switches may have. */
export const areSwitches = (text: string): boolean => switchesIn(text) !== null;

const seenAs = (seen: Seen): SeenAs => ({ ...seen, fingerprint: JSON.stringify(seen), isWhole: true });

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const messageOf = (error: unknown): string =>
  oneLine(error instanceof Error ? error.message : String(error), MAX_REASON);
