// What a consumer's subscription lets the app see: whose a private endpoint is, and who made it. Its owners run this, and can
// read here all that they give. Without it the policy knows less of their endpoints, and asks people.
targetScope = 'subscription'

import { consumerReaderActions } from 'modules/actions.bicep'

@description('Object id of the app: the output APP_PRINCIPAL_ID of main.bicep.')
param appPrincipalId string

resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, 'approvals consumer reader')
  properties: {
    roleName: 'AKS Private Endpoint Consumer Reader (${subscription().subscriptionId})'
    description: 'Reads private endpoints and who wrote them. Writes nothing.'
    assignableScopes: [subscription().id]
    permissions: [{ actions: consumerReaderActions, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource mayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, appPrincipalId, reader.id)
  properties: { principalId: appPrincipalId, principalType: 'ServicePrincipal', roleDefinitionId: reader.id }
}
