using '../watched-group.bicep'

param appPrincipalId = 'e5f90b1d-4263-4e7f-8081-920314253645'
