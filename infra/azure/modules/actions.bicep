// What the app may do, outside of its own resource group. Exactly this: a test holds it against what is deployed.

@export()
@description('Answers private endpoint connections: reads clusters and connections, and writes connections.')
var approverActions = [
  'Microsoft.ContainerService/managedClusters/read'
  'Microsoft.ContainerService/managedClusters/privateEndpointConnections/read'
  'Microsoft.ContainerService/managedClusters/privateEndpointConnections/write'
  'Microsoft.ContainerService/managedClusters/privateEndpointConnectionsApproval/action'
  'Microsoft.Resources/subscriptions/read'
  'Microsoft.Resources/subscriptions/resourceGroups/read'
]

@export()
@description('Finds out whose a private endpoint is and who made it; reads, and writes nothing.')
var consumerReaderActions = [
  'Microsoft.Network/privateEndpoints/read'
  'Microsoft.Insights/eventtypes/values/read'
  'Microsoft.ResourceGraph/resources/read'
  'Microsoft.Resources/subscriptions/read'
  'Microsoft.Resources/subscriptions/resourceGroups/read'
]
