// What the app needs in a subscription whose clusters it answers for: the right to answer, and its events. Run by whoever owns it.
targetScope = 'subscription'

import { approverActions } from 'modules/actions.bicep'

@description('Object id of the app: the output APP_PRINCIPAL_ID of main.bicep.')
param appPrincipalId string

@description('ARM id of the functions app: the output APP_ID of main.bicep. Its code must be deployed: events go to its function.')
param appId string

@description('Resource group of this subscription in which the topic of its events is made.')
param topicGroup string

@description('Whether a role above this subscription lets the app answer already (`watched-group.bicep`).')
param onlyEvents bool = false

resource approver 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!onlyEvents) {
  name: guid(subscription().id, 'approvals private endpoint approver')
  properties: {
    roleName: 'AKS Private Endpoint Approver (${subscription().subscriptionId})'
    description: 'Reads clusters and their private endpoint connections, and approves or rejects these. No credentials, no commands, nothing else is written.'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: approverActions
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

resource mayApprove 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!onlyEvents) {
  name: guid(subscription().id, appPrincipalId, approver.id)
  properties: { principalId: appPrincipalId, principalType: 'ServicePrincipal', roleDefinitionId: approver.id }
}

module events 'modules/events.bicep' = {
  scope: resourceGroup(topicGroup)
  params: { appId: appId }
}
