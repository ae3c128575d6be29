// How the app does, at a glance. Its queries name only what the app tells: a test compares.
param location string
param tags object
param insightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insightsId, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Private endpoint approvals'
    category: 'workbook'
    sourceId: insightsId
    serializedData: string(loadJsonContent('workbook.json'))
  }
}
