// The product in a resource group of its own. What it needs elsewhere, the right to approve and the events, is in
// `watched.bicep`, for each subscription whose clusters it answers for.
targetScope = 'subscription'

@description('Names the environment, and with it everything that is made.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Where everything is.')
param location string

@description('ARM ids of the subscriptions, resource groups or clusters that the app answers for.')
@minLength(1)
param clusterScopes string[]

@description('Client id of the registration of the approvals API in Entra.')
param signInAudience string

@description('Client id of the registration of the inbox in Entra; empty: nobody can sign in to the inbox.')
param inboxClientId string = ''

@description('Node of the app.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('Instances of the functions app that Durable Functions always find ready. 0 costs less and wakes up slowly.')
@minValue(0)
@maxValue(5)
param alwaysReady int = 1

@description('How many instances there may be.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

@description('What keeps the state of orchestrations: queues and tables of the storage account, or a Durable Task Scheduler.')
@allowed(['storage', 'scheduler'])
param durableBackend string = 'storage'

@description('Whether storage, Service Bus and Key Vault are reached through private endpoints alone.')
param usePrivateNetwork bool = false

@description('Days in which nobody can change a digest. Lock the policy by hand, once, as the runbook says.')
@minValue(1)
@maxValue(146000)
param digestImmutabilityDays int = 365

@description('The most that a policy may do, whatever it says. Begin with shadow: the app looks at everything and touches nothing.')
@allowed(['enforce', 'approveOnly', 'shadow'])
param policyMode string = 'enforce'

@description('Whether the app takes its policy from the blob policy/policy.json, and not from its package. Publish one there first.')
param policyInBlob bool = false

@description('Object id of the service principal that may publish policies, such as that of a pipeline; empty: nobody may.')
param policyWriterId string = ''

@description('Who may sign policies, as the setting POLICY_KEYS has them; empty: no policy needs a signature.')
param policyKeys string = ''

@description('By how many of them a policy must be signed.')
@minValue(1)
@maxValue(32)
param policySignatures int = 1

@description('More settings of the app, by name: brakes, channels, webhooks. A deployment takes away what was set by hand and is not here.')
param moreSettings object = {}

@description('Addresses that alerts are sent to.')
param alertEmails string[] = []

@description('Object id of whoever deploys, who makes the keys; empty: somebody else does.')
param deployerId string = ''

var tags = { 'azd-env-name': environmentName }
var token = uniqueString(subscription().id, environmentName, location)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-approvals-${token}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module network 'modules/network.bicep' = if (usePrivateNetwork) {
  scope: group
  params: { token: token, location: location, tags: tags }
}

module hostStorage 'modules/host-storage.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    isPublic: !usePrivateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module trail 'modules/trail.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    isPublic: !usePrivateNetwork
    immutabilityDays: digestImmutabilityDays
    workspaceId: monitoring.outputs.workspaceId
  }
}

module policy 'modules/policy.bicep' = {
  scope: group
  params: {
    accountName: trail.outputs.name
    token: token
    principalId: identity.outputs.principalId
    writerId: policyWriterId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    isPrivate: usePrivateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyVault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    deployerId: deployerId
    isPublic: !usePrivateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module scheduler 'modules/durable-task-scheduler.bicep' = if (durableBackend == 'scheduler') {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (usePrivateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    networkId: network!.outputs.networkId
    subnetId: network!.outputs.endpointSubnetId
    hostStorageId: hostStorage.outputs.id
    trailId: trail.outputs.id
    serviceBusId: serviceBus.outputs.id
    keyVaultId: keyVault.outputs.id
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: union(tags, { 'azd-service-name': 'approvals' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    nodeVersion: nodeVersion
    alwaysReady: alwaysReady
    maximumInstances: maximumInstances
    subnetId: usePrivateNetwork ? network!.outputs.appSubnetId : ''
    hostStorageName: hostStorage.outputs.name
    deploymentContainer: hostStorage.outputs.deploymentContainerUrl
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    usesScheduler: durableBackend == 'scheduler'
    schedulerEndpoint: durableBackend == 'scheduler' ? scheduler!.outputs.endpoint : ''
    schedulerTaskHub: durableBackend == 'scheduler' ? scheduler!.outputs.taskHub : ''
    settings: union(moreSettings, {
      CLUSTER_SCOPES: join(clusterScopes, ',')
      TENANT_ID: tenant().tenantId
      SIGN_IN_AUDIENCE: signInAudience
      INBOX_CLIENT_ID: inboxClientId
      AUDIT_STORE: trail.outputs.tableEndpoint
      DIGESTS: trail.outputs.digestsUrl
      RECORD_KEYS: '@Microsoft.KeyVault(SecretUri=${keyVault.outputs.recordKeysUri})'
      LINK_KEYS: '@Microsoft.KeyVault(SecretUri=${keyVault.outputs.linkKeysUri})'
      POLICY: policyInBlob ? policy.outputs.policyUrl : 'policy.json'
      POLICY_MODE: policyMode
      POLICY_KEYS: policyKeys
      POLICY_SIGNATURES: empty(policyKeys) ? '' : string(policySignatures)
      ServiceBus__fullyQualifiedNamespace: serviceBus.outputs.hostname
      HINT_QUEUE: serviceBus.outputs.hintQueue
    })
    workspaceId: monitoring.outputs.workspaceId
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    insightsId: monitoring.outputs.insightsId
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    emails: alertEmails
    insightsId: monitoring.outputs.insightsId
    serviceBusId: serviceBus.outputs.id
    hintQueue: serviceBus.outputs.hintQueue
    quarantineQueue: serviceBus.outputs.quarantineQueue
  }
}

@description('Where people and systems reach the app.')
output PUBLIC_URL string = app.outputs.url

@description('Name of the functions app, for the deployment of its code.')
output SERVICE_APPROVALS_NAME string = app.outputs.name

@description('Resource group of everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Vault in which the keys are made.')
output KEY_VAULT_NAME string = keyVault.outputs.name

@description('Object id of the app, which the watched subscriptions give its role.')
output APP_PRINCIPAL_ID string = identity.outputs.principalId

@description('Where policies are published: POLICY of the pipeline, and of `npm run policy -- publish`.')
output POLICY_URL string = policy.outputs.policyUrl

@description('ARM id of the functions app, to which the events of the watched subscriptions go.')
output APP_ID string = app.outputs.id
