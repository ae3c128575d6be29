// Hints that a connection may be pending, and those that nobody could understand.
param token string
param location string
param tags object
param principalId string
param isPrivate bool
param workspaceId string

var hints = 'private-endpoint-hints'
@description('The app calls it so, after the queue of hints.')
var quarantine = '${hints}-quarantine'
@description('Azure Service Bus Data Receiver, and Sender.')
var receiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
var sender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: 'sb-approvals-${token}'
  location: location
  tags: tags
  // Private endpoints are for Premium alone.
  sku: isPrivate ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }

  resource hintQueue 'queues' = {
    name: hints
    properties: {
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'PT10M'
      maxDeliveryCount: 10
      lockDuration: 'PT5M'
      defaultMessageTimeToLive: 'P14D'
      deadLetteringOnMessageExpiration: true
    }
  }

  resource quarantineQueue 'queues' = {
    name: quarantine
    properties: {
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'P1D'
      defaultMessageTimeToLive: 'P90D'
      deadLetteringOnMessageExpiration: false
    }
  }
}

resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace::hintQueue
  name: guid(namespace.id, hints, principalId, receiver)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', receiver)
  }
}

resource putsAside 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace::quarantineQueue
  name: guid(namespace.id, quarantine, principalId, sender)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sender)
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: namespace
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'OperationalLogs', enabled: true }]
  }
}

output id string = namespace.id
output hostname string = '${namespace.name}.servicebus.windows.net'
output hintQueue string = hints
output quarantineQueue string = quarantine
