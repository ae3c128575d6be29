import { describeDemands } from "../policy/index.ts";
import type { NoticeKind } from "../request/notice.ts";
import type { Channel, Notice } from "./channel.ts";

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
