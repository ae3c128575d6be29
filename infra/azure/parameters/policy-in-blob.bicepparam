using '../main.bicep'

param environmentName = 'approvals'
param location = 'westeurope'
param clusterScopes = ['/subscriptions/5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10']
param signInAudience = '6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60'
param policyInBlob = true
param policyWriterId = 'c7d9e2b4-5f60-4a1b-9c2d-3e4f50617283'
param policyKeys = 'ana:MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
param moreSettings = { KILL_SWITCH: 'on', WRITES: 'off' }
