// The right to answer for every cluster below a management group, in the place of one deployment for each subscription. A role
// names one management group; the events still come from each subscription, by `watched.bicep` with `onlyEvents`.
targetScope = 'managementGroup'

import { approverActions } from 'modules/actions.bicep'

@description('Object id of the app: the output APP_PRINCIPAL_ID of main.bicep.')
param appPrincipalId string

resource approver 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, 'approvals private endpoint approver')
  properties: {
    roleName: 'AKS Private Endpoint Approver (${managementGroup().name})'
    description: 'Reads clusters and their private endpoint connections, and approves or rejects these. No credentials, no commands, nothing else is written.'
    assignableScopes: [managementGroup().id]
    permissions: [{ actions: approverActions, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource mayApprove 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, appPrincipalId, approver.id)
  properties: { principalId: appPrincipalId, principalType: 'ServicePrincipal', roleDefinitionId: approver.id }
}
