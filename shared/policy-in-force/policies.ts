import { type Instant, instant } from "../connection/connection.ts";
import { type Mode, type Policy, withApprovalsOff, withModeAtMost } from "../policy/index.ts";
import type { PolicyVersion } from "../policy/policy-version.ts";
import type { Signers } from "../policy/signatures.ts";
import { within } from "../time-limit.ts";
import { type Checked, checkFiles } from "./check.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { patiently } from "./patiently.ts";
import type { PolicyFiles, PolicyInForce, PolicySource, Standing } from "./port.ts";
import type { ShownProblems } from "./shown-problems.ts";
import { counted, describePolicy, type PolicyStatus, type SwitchesStatus } from "./status.ts";
import type { SwitchesInForce } from "./switches.ts";

/** A look is good for so long: an edit takes effect within seconds, and a burst of requests looks once. */
const LOOK_EVERY_MS = 5_000;

/** A source that has not answered by then has failed; a file that is being written takes half of that. */
const READ_LIMIT_MS = 10_000;

/** What the store has not told by then counts as not known: everything but a rejection can do without it. */
const STANDING_LIMIT_MS = 2_000;

/** Where news about the policy goes: the log of the work that made us look. */
export type Report = (level: "info" | "error", line: string) => void;

interface Needs {
  readonly source: PolicySource;
  /** The kill switch of the settings: nothing is approved by policy. */
  readonly approvalsOff: boolean;
  /** The most that a policy may do, whatever it says. */
  readonly modeAtMost: Mode;
  /** Those beside the policy. */
  readonly switches: SwitchesInForce;
  /** Who must have signed a policy; null: nobody. */
  readonly signers: Signers | null;
  readonly standing: Standing;
  /** For so long a policy must have stood before it rejects. */
  readonly rejectionDelayMs: number;
  /** Unix time in ms. */
  now(): number;
}

/** What was found on offer, and when. */
interface Offer {
  readonly file: string;
  readonly version: PolicyVersion | null;
  readonly fingerprint: string;
  readonly at: Instant;
}

interface InForce {
  /** As its author wrote it. */
  readonly sound: Policy;
  /** The same, or the same with its approvals off. */
  readonly policy: Policy;
  readonly text: string;
  readonly offer: Offer;
  readonly since: Instant;
  /** Since when in all instances of the app; null while that is not known. */
  readonly standsSince: Instant | null;
}

interface Refused extends ShownProblems {
  readonly offer: Offer;
}

/**
 * The policy in force, from a source that may change at any time.
 *
 * Another policy takes its place only after it was checked in full. What cannot be read or is not sound changes
 * nothing, and is reported, once.
 */
export class PoliciesInForce {
  readonly #needs: Needs;
  #inForce: InForce | null = null;
  #refused: Refused | null = null;
  #refusals = 0;
  #failed: PolicyStatus["lastLookFailed"] = null;
  /** Why it is not known since when the policy in force stands; empty when it is. */
  #standingFailed = "";
  #lookedAt = 0;
  #looking: Promise<void> | null = null;
  readonly #read: () => Promise<PolicyFiles>;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#read = patiently(READ_LIMIT_MS, () => needs.source.read());
  }

  /** To be awaited before anything else. @throws every problem, when there is no policy to start with */
  async load(report: Report): Promise<void> {
    const news: Parameters<Report>[] = [];
    await this.#look((...line) => news.push(line));
    if (this.#inForce !== null) {
      for (const line of news) report(...line);
      return;
    }
    // The problems are thrown, and need not be logged besides.
    if (this.#failed !== null) throw forAuthors(`The policy cannot be read: ${this.#failed.because}`);
    throw forAuthors(`The policy cannot be used:\n${this.#refused?.problems.join("\n")}`);
  }

  /** The policy in force, after a look at its source if the last one is some seconds old. Throws before `load`. */
  async current(report: Report): Promise<Policy> {
    return (await this.inForce(report)).policy;
  }

  /** The same, with since when it is so. */
  async inForce(report: Report): Promise<PolicyInForce> {
    await this.#lookIfStale(report);
    const { policy, since, offer } = this.#held;
    return { policy, since, rejectsFrom: this.#rejectsFrom, version: offer.version };
  }

  /** Whether the switches beside the policy let anything be written to ARM; the same look. */
  async areWritesOn(report: Report): Promise<boolean> {
    await this.#lookIfStale(report);
    return this.#needs.switches.status().writes === "on";
  }

  async #lookIfStale(report: Report): Promise<void> {
    // Absolute, because clocks are set back.
    const isStale = Math.abs(this.#needs.now() - this.#lookedAt) > LOOK_EVERY_MS;
    if (this.#inForce !== null && isStale) await this.#look(report);
  }

  /** Looks at the source now. @throws when it has no sound policy or switches to offer; what is in force stays so */
  async refresh(report: Report): Promise<void> {
    await this.#look(report);
    if (this.#failed !== null) {
      throw forAuthors(`The policy cannot be read, the last one stays in force: ${this.#failed.because}`);
    }
    if (this.#refused !== null) {
      const { offer, count } = this.#refused;
      const why = counted(count, "problem");
      throw forAuthors(`${offer.file} is refused for ${why}, the last one stays in force.`);
    }
    const { problem } = this.#needs.switches.status();
    if (problem !== null)
      throw forAuthors(`What the switches beside the policy say cannot be told: ${problem.because}`);
  }

  /** Throws before `load`. */
  status(): PolicyStatus {
    const { policy, text, offer, since } = this.#held;
    const { hash, mode, approvals, rules } = policy;
    return {
      file: offer.file,
      version: offer.version,
      text,
      hash,
      mode,
      approvals,
      rules: rules.length,
      inForceSince: since,
      rejectsFrom: this.#rejectsFrom,
      readAt: offer.at,
      refusals: this.#refusals,
      refused: this.#refused && {
        at: this.#refused.offer.at,
        problems: this.#refused.problems,
      },
      lastLookFailed: this.#failed,
    };
  }

  /** What the switches beside the policy say, as they were last seen. */
  switches(): SwitchesStatus {
    return this.#needs.switches.status();
  }

  get #rejectsFrom(): Instant | null {
    const { standsSince } = this.#held;
    return standsSince === null ? null : instant(Date.parse(standsSince) + this.#needs.rejectionDelayMs);
  }

  get #held(): InForce {
    if (this.#inForce !== null) return this.#inForce;
    throw new Error("No policy is in force, because none could be loaded when the app started.");
  }

  /** Callers that come during a look wait for the same one. */
  #look(report: Report): Promise<void> {
    this.#looking ??= this.#lookAtBoth(report)
      .then(() => this.#stand(report))
      .finally(() => {
        this.#lookedAt = this.#needs.now();
        this.#looking = null;
      });
    return this.#looking;
  }

  async #lookAtBoth(report: Report): Promise<void> {
    const [read] = await Promise.allSettled([this.#read(), this.#needs.switches.look(report)]);
    if (read.status === "rejected") this.#fail(read.reason, report);
    else await this.#take(read.value, report).catch((error: unknown) => this.#fail(error, report));
    const held = this.#inForce;
    if (held !== null && held.policy.hash !== this.#asSet(held.sound).hash)
      this.#enforce(held, held.offer, report);
  }

  /**
   * Says at every look which policy is in force here, so that instances with different ones notice each other. Where that
   * cannot be said, nothing is rejected, and all else goes on.
   */
  async #stand(report: Report): Promise<void> {
    const seen = this.#inForce;
    if (seen === null) return;
    let standsSince: Instant | null = null;
    let failed = "";
    try {
      const { standing, now } = this.#needs;
      standsSince = await within(STANDING_LIMIT_MS, standing.since(seen.policy.hash, instant(now())));
    } catch (error) {
      failed = messageOf(error);
      if (failed !== this.#standingFailed)
        report(
          "error",
          `policy: rejects nothing, since it cannot be told since when it is in force: ${failed}`,
        );
    }
    this.#standingFailed = failed;
    this.#inForce = { ...seen, standsSince };
  }

  #fail(error: unknown, report: Report): void {
    const because = messageOf(error);
    if (because !== this.#failed?.because) {
      report("error", `policy: cannot be read, the last one stays in force: ${because}`);
    }
    this.#failed = { at: instant(this.#needs.now()), because };
  }

  async #take(files: PolicyFiles, report: Report): Promise<void> {
    this.#failed = null;
    const { file, version = null } = files;
    const offer = { file, version, fingerprint: fingerprintOf(files), at: instant(this.#needs.now()) };
    if (offer.fingerprint === this.#inForce?.offer.fingerprint) {
      this.#inForce = { ...this.#inForce, offer };
      if (this.#refused !== null)
        report(
          "info",
          `policy: no longer refused, the same as before is in force: ${describePolicy(offer.file, this.#inForce.policy)}`,
        );
      this.#refused = null;
    } else if (offer.fingerprint !== this.#refused?.offer.fingerprint) {
      const checked = await this.#check(files);
      if (checked.kind === "policy") {
        this.#refused = null;
        this.#enforce({ sound: checked.policy, text: checked.text }, offer, report);
      } else this.#refuse({ offer, problems: checked.problems, count: checked.count }, report);
    }
  }

  /** Nobody goes back to an older policy by putting what was signed once in its place again: who means it signs it anew. */
  async #check(files: PolicyFiles): Promise<Checked> {
    const { signers, standing, now } = this.#needs;
    const names = [...(signers?.keys.keys() ?? [])];
    const newest = await within(STANDING_LIMIT_MS, standing.newestSignatures(names));
    const checked = await checkFiles(files, signers, now(), newest);
    if (checked.kind === "policy") await within(STANDING_LIMIT_MS, standing.signed(checked.signed));
    return checked;
  }

  /** The policy as far as settings and switches let it. */
  #asSet(sound: Policy): Policy {
    const { modeAtMost, approvalsOff, switches } = this.#needs;
    const policy = withModeAtMost(sound, modeAtMost);
    return approvalsOff || switches.status().killSwitch === "on" ? withApprovalsOff(policy) : policy;
  }

  #enforce({ sound, text }: Pick<InForce, "sound" | "text">, offer: Offer, report: Report): void {
    const policy = this.#asSet(sound);
    const before = this.#inForce;
    const saysTheSame = before !== null && before.policy.hash === policy.hash;
    const { since, standsSince } = saysTheSame
      ? before
      : { since: instant(this.#needs.now()), standsSince: null };
    this.#inForce = { sound, policy, text, offer, since, standsSince };
    const news = saysTheSame ? "written anew, but says the same" : "now in force";
    report("info", `policy: ${news}: ${describePolicy(offer.file, policy)}`);
  }

  #refuse(refused: Refused, report: Report): void {
    this.#refused = refused;
    this.#refusals++;
    const problems = refused.problems.join("\n");
    report("error", `policy: refused, the last one stays in force: ${refused.offer.file}\n${problems}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Without a stack, which would only point into our code. */
function forAuthors(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}
