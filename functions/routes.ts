import { accessRoutes } from "./accesses.ts";
import { auditRoutes } from "./audit.ts";
import { eventRoutes } from "./events.ts";
import { healthRoutes } from "./health.ts";
import { identityRoutes } from "./identity.ts";
import { integrationRoutes } from "./integrations.ts";
import type { AnyRoute } from "./kit/route.ts";
import { linkRoutes } from "./links.ts";
import { noticeRoutes } from "./notices.ts";
import { notifyTestRoutes } from "./notify-tests.ts";
import { openApiRoute } from "./openapi.ts";
import { policyRoutes } from "./policy.ts";
import { requestRoutes } from "./requests.ts";
import { summaryRoutes } from "./summary.ts";

const described = [
  ...healthRoutes,
  ...identityRoutes,
  ...requestRoutes,
  ...linkRoutes,
  ...integrationRoutes,
  ...auditRoutes,
  ...accessRoutes,
  ...summaryRoutes,
  ...policyRoutes,
  ...noticeRoutes,
  ...notifyTestRoutes,
  ...eventRoutes,
];

/** The API. */
export const routes: readonly AnyRoute[] = [...described, openApiRoute(described)];
