// The audit trail. The app may read records and add some, and can change or delete none; its digests lie in a container that
// nobody can change for a while, not even the owner of this account once the policy is locked.
param token string
param location string
param tags object
param principalId string
param isPublic bool
param immutabilityDays int
param workspaceId string

@description('Storage Table Data Contributor: for the table of views alone, which can be made anew from the records.')
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

@description('As the app calls them: what is only added to, and what may be changed.')
var addedTo = ['auditrecords', 'auditaccesses']
var changed = 'auditviews'

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'sttrail${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: isPublic ? 'Allow' : 'Deny', bypass: 'None' }
  }

  resource tables 'tableServices' = {
    name: 'default'

    resource views 'tables' = {
      name: changed
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      isVersioningEnabled: true
      deleteRetentionPolicy: { enabled: true, days: 30 }
      containerDeleteRetentionPolicy: { enabled: true, days: 30 }
    }

    resource digests 'containers' = {
      name: 'digests'

      resource immutability 'immutabilityPolicies' = {
        name: 'default'
        properties: {
          immutabilityPeriodSinceCreationInDays: immutabilityDays
          allowProtectedAppendWrites: false
        }
      }
    }
  }
}

resource recordTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for name in addedTo: {
    parent: account::tables
    name: name
  }
]

resource stays 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: account
  name: 'the-trail-stays'
  properties: { level: 'CanNotDelete', notes: 'The audit trail: see what stays by design in infra/azure/README.md.' }
}

resource adder 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'approvals record adder')
  properties: {
    roleName: 'Approvals Record Adder ${token}'
    description: 'Reads records and adds some; changes and deletes none.'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/read'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action'
        ]
        notDataActions: []
      }
    ]
  }
}

resource digestAdder 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'approvals digest adder')
  properties: {
    roleName: 'Approvals Digest Adder ${token}'
    description: 'Reads and lists digests and adds some; overwrites and deletes none.'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
        ]
        notDataActions: []
      }
    ]
  }
}

resource addsRecords 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, index) in addedTo: {
    scope: recordTables[index]
    name: guid(account.id, name, principalId)
    properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: adder.id }
  }
]

resource changesViews 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::tables::views
  name: guid(account.id, changed, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableContributor)
  }
}

resource addsDigests 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::digests
  name: guid(account.id, 'digests', principalId)
  properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: digestAdder.id }
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::tables
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageWrite', enabled: true }, { category: 'StorageDelete', enabled: true }]
  }
}

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::blobs
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageWrite', enabled: true }, { category: 'StorageDelete', enabled: true }]
  }
}

output id string = account.id
output name string = account.name
output tableEndpoint string = 'https://${account.name}.table.${environment().suffixes.storage}'
output digestsUrl string = 'https://${account.name}.blob.${environment().suffixes.storage}/${account::blobs::digests.name}'
