import { POLICY } from "../../journey/kit/policy.ts";

/** What the journeys have, and what only a page shows. Endpoints that no rule names are the platform team's, one of them. */
export const BROWSER_POLICY = `${POLICY}
  - name: two-of-the-platform-team
    when: { endpoint: { name: "pe-two-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 2, timeout: 8h } }
  - name: with-a-reason
    when: { endpoint: { name: "pe-reasoned-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 1, timeout: 8h, reasonRequired: true } }
`;
