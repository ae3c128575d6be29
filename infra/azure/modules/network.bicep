// A network of the app's own: one subnet for the app, one for the private endpoints of what it uses.
param token string
param location string
param tags object

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: { addressSpace: { addressPrefixes: ['10.90.0.0/16'] } }

  resource app 'subnets' = {
    name: 'app'
    properties: {
      addressPrefix: '10.90.0.0/24'
      delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
    }
  }

  resource endpoints 'subnets' = {
    name: 'endpoints'
    properties: { addressPrefix: '10.90.1.0/24', privateEndpointNetworkPolicies: 'Disabled' }
    // Subnets of one network are made one after the other.
    dependsOn: [app]
  }
}

output networkId string = network.id
output appSubnetId string = network::app.id
output endpointSubnetId string = network::endpoints.id
