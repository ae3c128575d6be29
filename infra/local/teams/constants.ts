/** Largest message, envelope and all. @see https://learn.microsoft.com/connectors/teams/#limits */
export const MAX_MESSAGE_BYTES = 28 * 1024;

/** So many requests in so long. */
export interface Limit {
  readonly count: number;
  readonly windowMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * What a webhook takes, as it was documented of connectors, which workflows replaced.
 * @see https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#rate-limiting-for-connectors
 */
export const WORKFLOW_LIMITS: readonly Limit[] = [
  { count: 4, windowMs: SECOND_MS },
  { count: 60, windowMs: 30 * SECOND_MS },
  { count: 100, windowMs: HOUR_MS },
  { count: 150, windowMs: 2 * HOUR_MS },
  { count: 1800, windowMs: 24 * HOUR_MS },
];

/** What a bot may send to one thread. @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit#per-bot-per-thread-limit */
export const THREAD_LIMITS: readonly Limit[] = [
  { count: 7, windowMs: SECOND_MS },
  { count: 8, windowMs: 2 * SECOND_MS },
  { count: 60, windowMs: 30 * SECOND_MS },
  { count: 1800, windowMs: HOUR_MS },
];

/** How long Teams waits for a bot's answer to an invoke. @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages */
export const INVOKE_TIMEOUT_MS = 5 * SECOND_MS;

/** Media type of a card in an attachment, and of a card that a bot answers an invoke with. */
export const CARD_TYPE = "application/vnd.microsoft.card.adaptive";

/**
 * Versions of cards that are shown. The poster of Power Automate refuses what is newer than 1.4.
 * @see https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference#support-for-adaptive-cards
 */
export const WORKFLOW_VERSIONS = ["1.0", "1.1", "1.2", "1.3", "1.4"] as const;
export const BOT_VERSIONS = [...WORKFLOW_VERSIONS, "1.5"] as const;

/** Who may refresh a card without being asked, at most. @see https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards */
export const MAX_REFRESH_USERS = 60;

/** The audience of a token that triggers a flow; the slash at its end is part of it. @see https://learn.microsoft.com/power-automate/oauth-authentication */
export const FLOW_AUDIENCE = "https://service.flow.microsoft.com/";

/** The audience of a bot's token, and the issuer of the connector's. @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
export const CONNECTOR = "https://api.botframework.com";

/** The channel that the connector's keys vouch for. */
export const CHANNEL_ID = "msteams";

/** Tokens are good from five minutes ago, as Entra makes them, so that clocks may disagree. */
export const BACKDATED_SECONDS = 300;

/** Tokens of the connector live an hour. */
export const CONNECTOR_TOKEN_SECONDS = 3600;

/** The part of the connector's address that tells the region, as in `https://smba.trafficmanager.net/emea/`. */
export const REGION = "emea";

/** Requests, runs, messages and invokes that are kept, of each; older ones are dropped. */
export const KEPT = 10_000;
