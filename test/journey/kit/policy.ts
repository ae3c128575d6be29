/** The groups of the demo people: ana and di are in the first, bo and ed in the second, cy and fay in none. */
const APPROVERS = `
approvers:
  aks-platform:  { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] }
  security-duty: { groups: [c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2] }
`;

/** What becomes of an endpoint is written in its name, so that a journey can be read without this file. */
export const POLICY = `
apiVersion: policy/v1
kind: ConnectionPolicy
${APPROVERS}
default:
  ask: { approvers: [aks-platform], quorum: 1, timeout: 8h }
whenUnknown:
  ask: { approvers: [aks-platform], quorum: 1, timeout: 8h }
rules:
  - name: trusted
    when: { endpoint: { name: "pe-trusted-*" } }
    then: approve
  - name: sandbox
    when: { endpoint: { name: "pe-sandbox-*" } }
    then: { reject: { reason: "Sandboxes may not reach this cluster." } }
  - name: either-team
    when: { endpoint: { name: "pe-either-*" } }
    then: { ask: { approvers: [aks-platform, security-duty], quorum: 1, timeout: 8h } }
  - name: the-platform-team-too
    when: { endpoint: { name: "pe-both-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 1, timeout: 8h } }
  - name: the-security-team-too
    when: { endpoint: { name: "pe-both-*" } }
    then: { ask: { approvers: [security-duty], quorum: 1, timeout: 8h } }
  - name: one-minute
    when: { endpoint: { name: "pe-hurried-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 1, timeout: 1m } }
  - name: silence-rejects
    when: { endpoint: { name: "pe-strict-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 1, timeout: 1m, onTimeout: reject } }
  - name: not-by-themselves
    when: { endpoint: { name: "pe-own-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 1, timeout: 8h, preventSelfReview: true } }
  - name: reminded-after-a-minute
    when: { endpoint: { name: "pe-slow-*" } }
    then: { ask: { approvers: [aks-platform], quorum: 1, timeout: 2m, remindAfter: 1m } }
`;
