using '../main.bicep'

param environmentName = 'approvals'
param location = 'westeurope'
param clusterScopes = ['/subscriptions/5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10']
param signInAudience = '6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60'
param inboxClientId = '6d2c9f14-7e58-4b3a-8c1d-2f0a9b7e5d04'
param usePrivateNetwork = true
