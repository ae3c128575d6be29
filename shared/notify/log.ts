import { describeDemands } from "../policy/index.ts";
import type { NoticeKind } from "../request/notice.ts";
import type { Channel, Notice } from "./channel.ts";
import type { Trial } from "./trial.ts";

/** The channel's name. */
export const LOG_CHANNEL = "log";

/** Tells people through the log: one line that says where to answer. */
export const logChannel = (publicUrl: string, log: (line: string) => void): Channel => ({
  name: LOG_CHANNEL,
  send: async (notice) => {
    const { requestId, audience } = notice;
    log(
      `${requestId} to ${describeDemands(audience)}: ${WORDS[notice.kind](notice, linkTo(publicUrl, notice))}`,
    );
  },
});

/** Tries the log: whether it keeps such lines is for whoever set it up to see. */
export const logTrial = (log: (line: string) => void): Trial => ({
  name: LOG_CHANNEL,
  sendTest: async ({ id }) => {
    log(`${id}: this is a test of how people are told. Nothing is asked.`);
    return {
      result: "accepted",
      sentence: `Look for ${id} in the app's log; where it is missing, the log keeps no lines of the level Information.`,
    };
  },
});

const linkTo = (publicUrl: string, { requestId }: Notice): string =>
  `${publicUrl}/inbox/#/requests/${requestId}`;

const WORDS: Readonly<Record<NoticeKind, (notice: Notice, link: string) => string>> = {
  asked: (_notice, link) => `please review ${link}`,
  reminded: (_notice, link) => `still waits: ${link}`,
  escalated: (_notice, link) => `too few have answered: ${link}`,
  reviewed: () => "a review was given or taken back",
  withdrawn: () => "no review is needed any more",
  closed: ({ request }) => `closed, ${request.closure?.outcome ?? request.state}`,
};
