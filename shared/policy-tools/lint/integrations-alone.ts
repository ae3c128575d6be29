import { formatDuration } from "../../policy/duration.ts";
import { isForPeople } from "../../policy/index.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";

/**
 * Rules that leave the answer to integrations: nobody is told, reminded or asked in their place, and where the system is silent, that
 * is all that comes of it.
 */
export const integrationsAlone: Warning = (file) =>
  file.content.rules.flatMap(({ name, outcome, mode }): readonly Finding[] => {
    if (outcome.kind !== "ask" || mode !== "enforce" || outcome.ask.requirements.some(isForPeople)) return [];
    const { onTimeout, timeoutMs } = outcome.ask;
    const end = onTimeout === "reject" ? "is rejected for good" : "expires";
    return [
      findingAt(
        outcome.ask,
        `rule "${name}" asks integrations alone: no person hears of it or can answer, and after ${formatDuration(timeoutMs)} it ${end}; ask people, too, unless that is meant`,
        file,
      ),
    ];
  });
