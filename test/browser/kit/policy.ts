import { POLICY } from "../../journey/kit/policy.ts";

/** What the journeys have, and what only a page shows. Endpoints that no rule names are the platform team's, one of them. */
export const BROWSER_POLICY = `${POLICY}
  - name: two-of-the-platform-team
    when: { endpoint: { name: "pe-two-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 2, timeout: 8h } }
  - name: with-a-reason
    when: { endpoint: { name: "pe-reasoned-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 1, timeout: 8h, reasonRequired: true } }
  - name: the-security-team
    when: { endpoint: { name: "pe-secured-*" } }
    then: { ask: { approvers: [security-duty], quorum: 1, timeout: 8h } }
  - name: known-landing-zones
    when:
      endpoint: { name: "pe-known-*" }
      consumer: { tenant: bc28be56-ad87-4cf5-ae34-fb304dc38c65, managementGroups: mg-landing-zones }
      history: { approvedBefore: { atLeast: 1 } }
    then: approve
  - name: with-a-second-factor
    when: { endpoint: { name: "pe-strong-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 1, timeout: 8h, authContext: c1 } }
`;
