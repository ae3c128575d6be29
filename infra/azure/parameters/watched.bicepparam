using '../watched.bicep'

param appPrincipalId = 'e5f90b1d-4263-4e7f-8081-920314253645'
param appId = '/subscriptions/5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10/resourceGroups/rg-approvals/providers/Microsoft.Web/sites/func-approvals'
param topicGroup = 'rg-events'
