// Keys of records, links, webhooks and integrations. Nothing here holds one: they are made in the vault, after it.
param token string
param location string
param tags object
param principalId string
param deployerId string
param isPublic bool
param workspaceId string

@description('Key Vault Secrets User, and Secrets Officer.')
var user = '4633458b-17de-408a-b874-0445c86b69e6'
var officer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: isPublic ? 'Allow' : 'Deny', bypass: 'None' }
  }
}

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, principalId, user)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', user)
  }
}

resource makesKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (deployerId != '') {
  scope: vault
  name: guid(vault.id, deployerId, officer)
  properties: {
    principalId: deployerId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', officer)
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

output id string = vault.id
output name string = vault.name
output recordKeysUri string = '${vault.properties.vaultUri}secrets/record-keys'
output linkKeysUri string = '${vault.properties.vaultUri}secrets/link-keys'
