import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What mostly waits, for ARM, for a deadline, for a process that was killed; the longest waits first. */
const WAITING = ["test/journey/", "test/crash/", "test/contract/supervisor/", "test/contract/store/"];

/** Begins with what waits: what computes then fills the gaps, and nothing long is left to run alone at the end. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = WAITING.findIndex((folder) => moduleId.includes(`/${folder}`));
      return rank < 0 ? WAITING.length : rank;
    };
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
