import { basename } from "node:path";

/** Stands where the object id of an Entra group must be put. No group has it. */
export const PLACEHOLDER_GROUP = "00000000-0000-0000-0000-000000000000";

/** A policy that asks people about everything. @param schema - path of its JSON Schema as the file should name it */
export const starterPolicy = (schema: string | null): string => `${
  schema === null ? "" : `# yaml-language-server: $schema=${schema}\n`
}# Who may connect a private endpoint to our clusters without asking, who never, and who is asked about the rest.
apiVersion: policy/v1
kind: ConnectionPolicy

approvers: # Entra groups by their object ids
  # Put your group's object id here: az ad group show --group NAME --query id --output tsv
  cluster-owners: { groups: [${PLACEHOLDER_GROUP}] }

default: # no rule matched: people decide
  ask: { approvers: [cluster-owners], quorum: 1, timeout: 24h, remindAfter: 4h, onTimeout: expire }
whenUnknown: # a fact that could have changed the answer could not be read
  ask: { approvers: [cluster-owners], quorum: 1, timeout: 24h, onTimeout: expire }

# A rule has a name, what must be so for it to count, and what then happens. The order of the rules means nothing:
# reject beats ask, ask beats approve, and the default speaks when no rule matched. For example:
#
#   - name: payments-prod
#     description: Payments' own subscription, straight through. The subscription proves the team; names do not.
#     when:
#       endpoint: { subscription: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17 }
#       cluster: { tags: { env: prod } }
#     then: approve
#
#   - name: no-sandboxes
#     when: { consumer: { managementGroups: mg-sandbox } }
#     then: { reject: { reason: "Sandboxes may not reach our clusters." } }
rules: []
`;

/** Tests for it. */
export const starterTests = (policyFile: string): string => `# What the policy should make of requests.
apiVersion: policy/v1
kind: ConnectionPolicyTest
policy: ./${basename(policyFile)}

given: # every test starts from this, and says what differs; null is absent, unknown() could not be read
  endpoint: { subscription: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17, resourceGroup: rg-payments, name: pe-payments }
  cluster: { name: aks-one, location: westeurope, tags: { env: prod } }
  message: null

tests:
  - name: people decide about everybody
    expect: { decision: ask, rule: default, approvers: { cluster-owners: 1 }, timeout: 24h, onTimeout: expire }

  - name: whatever they say
    cases:
      - given: { message: "Please, it is urgent" }
        expect: { decision: ask, rule: default }
      - given: { message: unknown() }
        expect: { decision: ask, rule: default }
`;
