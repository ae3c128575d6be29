const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * How long Event Grid waits after the first, second, ... failed attempt; the last one repeats.
 * @see https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-schedule
 */
export const RETRY_DELAYS_MS: readonly number[] = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
];

/** @see https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-policy */
export const MAX_ATTEMPTS = 30;
export const TIME_TO_LIVE_MS = 24 * HOUR_MS;

/** Answers after which another attempt is pointless. @see https://learn.microsoft.com/azure/event-grid/delivery-and-retry */
export const FINAL_STATUSES: readonly number[] = [400, 401, 403, 413];

/** How long an endpoint may take to answer. */
export const ANSWER_TIMEOUT_MS = 30 * SECOND_MS;

/** While the endpoint is not there at all, it is being restarted: look again this soon, this many times (our deviation). */
export const UNREACHABLE_RETRY_MS = SECOND_MS;
export const UNREACHABLE_RETRIES = 10;

/** Events that one subscription delivers at a time. */
export const MAX_IN_FLIGHT = 16;

/** The origin that Event Grid names in the CloudEvents handshake. @see https://learn.microsoft.com/azure/event-grid/end-point-validation-cloud-events-schema */
export const ORIGIN = "eventgrid.azure.net";
