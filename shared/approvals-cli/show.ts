import { type Command, parse, toJson } from "../policy-tools/cli/command.ts";
import { apiAt } from "./api.ts";
import { findId } from "./find.ts";
import { lookAt, timelineAt } from "./look.ts";
import { PLACE, PLACE_HELP } from "./place.ts";
import { screenLines, textOf, timelineLines } from "./render.ts";
import { paintOn } from "./style.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `Shows a request: who asks for what, why, who is asked, and what happened.

Usage: npm run approvals -- show ID [options]

  ID                      of the request, or its beginning
${PLACE_HELP}
`;

/** `approvals show`. */
export const showOn = (terminal: Terminal): Command => ({
  help: HELP,
  run: async (args) => {
    const { values, positionals } = parse(args, PLACE);
    const api = apiAt(values, terminal);
    const id = await findId(api, positionals);
    const { request, screen } = await lookAt(api, id);
    const timeline = await timelineAt(api, id);
    const look = { paint: paintOn(terminal), timeZone: terminal.timeZone };
    terminal.out(
      values.json
        ? toJson({ request, screen, timeline })
        : textOf([...screenLines(screen, look), ...timelineLines(timeline, look)]),
    );
    return 0;
  },
});
