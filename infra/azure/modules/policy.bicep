// Where the policy lies when it is not packaged with the app: a container that the app may only read, and one principal may
// write. Every version stays, and each write is in the logs of the account.
param accountName string
param token string
@description('Of the app.')
param principalId string
@description('Of whoever publishes policies, such as a pipeline; empty: nobody does.')
param writerId string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource policies 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: account::blobs
  name: 'policy'
  properties: { publicAccess: 'None' }
}

resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'approvals policy reader')
  properties: {
    roleName: 'Approvals Policy Reader ${token}'
    description: 'Reads the policy and the switches beside it; changes nothing.'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read']
        notDataActions: []
      }
    ]
  }
}

resource writer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!empty(writerId)) {
  name: guid(resourceGroup().id, 'approvals policy writer')
  properties: {
    roleName: 'Approvals Policy Writer ${token}'
    description: 'Publishes policies and switches; deletes none, and no version of them.'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'
        ]
        notDataActions: []
      }
    ]
  }
}

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: policies
  name: guid(policies.id, 'reads', principalId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: reader.id }
}

resource writes 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(writerId)) {
  scope: policies
  name: guid(policies.id, 'writes', writerId)
  properties: { principalId: writerId, principalType: 'ServicePrincipal', roleDefinitionId: writer.id }
}

output policyUrl string = 'https://${account.name}.blob.${environment().suffixes.storage}/${policies.name}/policy.json'
