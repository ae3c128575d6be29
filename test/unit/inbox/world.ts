import type { RequestDetail } from "../../../functions/inbox/page/api.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { Viewer } from "../../../shared/view/index.ts";
import { aPolicy, aRequest } from "../../fixtures/builders.ts";
import { asked, assessed } from "../../fixtures/entries.ts";
import { aViewer } from "../view/world.ts";

/** A request that waits for people. */
export const waiting = (
  differences: Parameters<typeof aRequest>[0] = {},
  policy = aPolicy(),
): ApprovalRequest => aRequest(differences, assessed(policy), asked());

/** What the API tells of it to somebody who is asked, unless told otherwise. */
export const aDetail = (
  request: ApprovalRequest = waiting(),
  viewer: Partial<Viewer> = {},
): RequestDetail => ({ ...request, facts: null, descriptions: {}, viewer: aViewer(viewer) });
