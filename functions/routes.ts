import { auditRoutes } from "./audit.ts";
import type { AnyRoute } from "./kit/route.ts";
import { noticeRoutes } from "./notices.ts";
import { openApiRoute } from "./openapi.ts";
import { policyRoutes } from "./policy.ts";
import { requestRoutes } from "./requests.ts";

const described = [...requestRoutes, ...auditRoutes, ...policyRoutes, ...noticeRoutes];

/** The API. */
export const routes: readonly AnyRoute[] = [...described, openApiRoute(described)];
