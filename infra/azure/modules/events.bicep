// Events of a subscription, to the app's function. They make it faster; what is lost of them the sweep finds.
param appId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'approvals-${uniqueString(subscription().id)}'
  location: 'global'
  properties: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
  }

  resource hints 'eventSubscriptions' = {
    // Of this app alone: another environment may look at the same subscription.
    name: 'hints-${uniqueString(appId)}'
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      destination: {
        endpointType: 'AzureFunction'
        properties: {
          resourceId: '${appId}/functions/eventHint'
          maxEventsPerBatch: 1
          preferredBatchSizeInKilobytes: 64
        }
      }
      filter: {
        includedEventTypes: [
          'Microsoft.Resources.ResourceWriteSuccess'
          'Microsoft.Resources.ResourceDeleteSuccess'
        ]
        enableAdvancedFilteringOnArrays: true
        advancedFilters: [
          {
            operatorType: 'StringIn'
            key: 'data.operationName'
            values: [
              'Microsoft.ContainerService/managedClusters/privateEndpointConnections/write'
              'Microsoft.ContainerService/managedClusters/privateEndpointConnections/delete'
              'Microsoft.ContainerService/managedClusters/write'
              'Microsoft.Network/privateEndpoints/write'
            ]
          }
        ]
      }
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    }
  }
}
