import {
  type HttpRequest,
  type HttpResponseInit,
  app as host,
  type InvocationContext,
} from "@azure/functions";
import * as df from "durable-functions";
import * as z from "zod";
import { reasonOf } from "../shared/text.ts";
import { TimeLimitError, within } from "../shared/time-limit.ts";
import type { App } from "./kit/app.ts";
import { clicked } from "./kit/clicks.ts";
import { type ConnectorSignIn, createConnectorSignIn } from "./kit/connector-sign-in.ts";
import { Activity, CardAction, type InvokeResponse, tenantOf, withError, withMessage } from "./kit/invoke.ts";
import { parseBody } from "./kit/parse.ts";
import { Problem, problemResponse, statusOf } from "./kit/problem.ts";
import { refusalLog } from "./kit/refusal-log.ts";
import { API } from "./kit/route.ts";
import { tokenProblem } from "./kit/token-problem.ts";

const OPERATION = "teamsMessages";
/** Teams waits five seconds for what comes of a click, the check of its token included. */
const TIME_LIMIT_MS = 3_500;
const LATE =
  "This takes longer than Teams waits. Look into the inbox whether your answer counts before you answer again.";
const FAILED = "This cannot be answered here for now. Answer in the inbox.";

/** Where Teams tells of what people do with the bot's cards. Nothing but a click on one of them is answered. */
export function registerMessages(app: () => App): void {
  let signIn: ConnectorSignIn | null = null;
  const refused = refusalLog(Date.now);
  host.http(OPERATION, {
    methods: ["POST"],
    route: `${API}/messages`,
    // Anonymous to the host: the connector proves itself by a token of its own.
    authLevel: "anonymous",
    extraInputs: [df.input.durableClient()],
    handler: async (request, context) => {
      try {
        signIn ??= createConnectorSignIn(app().config, Date.now);
        return await replyTo(app(), signIn, request, context);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const { status } = statusOf(error.kind);
        const nobody = { requestId: null, caller: null, integration: null };
        // The caller is told no more than that the keys cannot be read; why is the operator's.
        if (error.kind === "sign-in-unavailable")
          context.error(`Sign-in of Teams: ${reasonOf(error.cause, 300)}`);
        if (status === 401)
          refused({ problem: error, status, operation: OPERATION, ...nobody }, (line) => context.warn(line));
        return problemResponse(error);
      }
    },
  });
}

/** @throws a `Problem` when it is not Teams that calls, or of another tenant */
async function replyTo(
  app: App,
  signIn: ConnectorSignIn,
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const { TEAMS_ANSWERS, TENANT_ID } = app.config;
  if (TEAMS_ANSWERS !== "on") throw new Problem("notFound", "Nobody is answered in Teams here.");
  const until = Date.now() + TIME_LIMIT_MS;
  const { serviceUrl } = await within(TIME_LIMIT_MS, signIn(request.headers.get("authorization"))).catch(
    late,
  );
  const body = await parseBody(z.unknown(), request);
  const { success, data: activity } = Activity.safeParse(body);
  if (!success || activity.serviceUrl !== serviceUrl || tenantOf(activity) !== TENANT_ID)
    throw tokenProblem("foreignToken");
  // What else a bot is told of, such as that it was added to a team.
  if (activity.type !== "invoke") return { status: 200 };
  const action = CardAction.safeParse(body);
  if (!action.success) return { jsonBody: withError("Nothing here is answered like this; use the inbox.") };
  const answer = within(Math.max(until - Date.now(), 1), clicked(app, action.data, context));
  return { jsonBody: await answer.catch((error: unknown) => failed(error, context)) };
}

/** The connector's keys took so long that there is no time left for an answer. */
function late(error: unknown): never {
  if (!(error instanceof TimeLimitError)) throw error;
  throw Object.assign(
    new Problem("signInUnavailable", "The connector's keys could not be read in time. Click again."),
    { cause: error },
  );
}

function failed(error: unknown, context: InvocationContext): InvokeResponse {
  if (error instanceof TimeLimitError) return withMessage(LATE);
  context.error(`A click in Teams could not be answered: ${reasonOf(error, 300)}`);
  return withMessage(FAILED);
}
