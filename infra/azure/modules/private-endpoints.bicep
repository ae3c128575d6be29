// By which the app reaches what it uses, and the names that lead there.
param location string
param tags object
param networkId string
param subnetId string
param hostStorageId string
param trailId string
param serviceBusId string
param keyVaultId string

var storage = environment().suffixes.storage

var zoneNames = [
  'privatelink.blob.${storage}'
  'privatelink.queue.${storage}'
  'privatelink.table.${storage}'
  'privatelink.servicebus.windows.net'
  'privatelink.vaultcore.azure.net'
]

@description('What is reached, by which of its services, and the index of the zone of its name.')
var reached = [
  { name: 'host-blob', id: hostStorageId, service: 'blob', zone: 0 }
  { name: 'host-queue', id: hostStorageId, service: 'queue', zone: 1 }
  { name: 'host-table', id: hostStorageId, service: 'table', zone: 2 }
  { name: 'trail-table', id: trailId, service: 'table', zone: 2 }
  { name: 'trail-blob', id: trailId, service: 'blob', zone: 0 }
  { name: 'hints', id: serviceBusId, service: 'namespace', zone: 3 }
  { name: 'keys', id: keyVaultId, service: 'vault', zone: 4 }
]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for name in zoneNames: {
    name: name
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (name, index) in zoneNames: {
    parent: zones[index]
    name: 'app'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for one in reached: {
    name: 'pe-${one.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        { name: one.name, properties: { privateLinkServiceId: one.id, groupIds: [one.service] } }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (one, index) in reached: {
    parent: endpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        { name: one.service, properties: { privateDnsZoneId: zones[one.zone].id } }
      ]
    }
  }
]
