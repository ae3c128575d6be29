// What somebody must look at. Each says in which lines or numbers it looks, and the app's own source has these words.
param token string
param location string
param tags object
param emails string[]
param insightsId string
param serviceBusId string
param hintQueue string
param quarantineQueue string

@description('Those that look into the log: severity 0 to 4, how often in minutes, and when the query gives any row.')
var looks = [
  {
    name: 'sweep-failed'
    severity: 1
    minutes: 15
    says: 'The sweep failed: connections whose events got lost are not found. See the exception of the function sweep.'
    query: 'requests | where name == "sweep" and success == false'
  }
  {
    name: 'sweep-incomplete'
    severity: 1
    minutes: 30
    says: 'Three sweeps could not look at every cluster: a scope is forbidden, gone or throttled. The lines of the function sweep name each place.'
    query: 'customMetrics | where name == "job.failures" and tostring(customDimensions.job) == "sweep" | summarize missed = sum(value) | where missed >= 3'
  }
  {
    name: 'digest-missing'
    severity: 0
    minutes: 60
    says: 'The digest of the trails failed, or one before it is missing or altered: see the function writeDigest, and run npm run audit -- verify.'
    query: 'requests | where name == "writeDigest" and success == false'
  }
  {
    name: 'policy-refused'
    severity: 1
    minutes: 5
    says: 'A policy was refused, or cannot be read, and the last one stays in force; or the switches beside it stop everything. The line says why.'
    query: 'traces | where message startswith "policy: refused" or message startswith "policy: cannot be read" or message startswith "policy: stopped"'
  }
  {
    name: 'arm-forbids'
    severity: 1
    minutes: 5
    says: 'Azure Resource Manager forbids the app what it must do: its role is missing, or was taken away. Deploy watched.bicep for that subscription again.'
    query: 'traces | where message has "AuthorizationFailed" or message has "LinkedAuthorizationFailed"'
  }
  {
    name: 'record-altered'
    severity: 0
    minutes: 5
    says: 'Somebody wrote into the audit store: a request is not the sum of its records. Run npm run audit -- verify.'
    query: 'traces | where message has "Somebody wrote into the store"'
  }
  {
    name: 'digest-late'
    severity: 0
    minutes: 60
    says: 'The last digest of the trails is more than three hours old: the function writeDigest does not run, or does not end well.'
    query: 'customMetrics | where name == "audit.digest.age" and value > 10800'
  }
  {
    name: 'waits-beyond-deadline'
    severity: 1
    minutes: 15
    says: 'A request waits for people though its deadline passed a quarter of an hour ago: its orchestration does not run. Run a sweep, which starts it, and see its history.'
    query: 'customMetrics | where name == "pec.pending.overdue" and value > 900'
  }
  {
    name: 'answered-elsewhere'
    severity: 1
    minutes: 5
    says: 'A connection was answered by nobody we know, past the app and its policy: see in the activity log of its cluster who did.'
    query: 'traces | where message has "was answered elsewhere"'
  }
  {
    name: 'nobody-told'
    severity: 2
    minutes: 30
    says: 'A notice or an event was given up after more than a day: see what its channel answered.'
    query: 'traces | where message has "It is given up after"'
  }
  {
    name: 'start-failed'
    severity: 0
    minutes: 5
    says: 'The app does not start: its settings, its policy or its store are refused. The line says which.'
    query: 'traces | where message has "The app\'s settings are not complete" or message has "The policy cannot be"'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'approvals'
    emailReceivers: [
      for (email, index) in emails: { name: 'email-${index}', emailAddress: email, useCommonAlertSchema: true }
    ]
  }
}

resource inLogs 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for look in looks: {
    name: 'alert-${look.name}'
    location: location
    tags: tags
    properties: {
      displayName: look.name
      description: look.says
      severity: look.severity
      enabled: true
      scopes: [insightsId]
      evaluationFrequency: 'PT${look.minutes}M'
      windowSize: 'PT${look.minutes}M'
      criteria: {
        allOf: [
          {
            query: look.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
      autoMitigate: false
    }
  }
]

resource silence 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-no-telemetry'
  location: location
  tags: tags
  properties: {
    displayName: 'no-telemetry'
    description: 'The app has not called any of its functions for half an hour, though a timer looks every minute: it does not run, or nothing of it is logged.'
    severity: 0
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    criteria: {
      allOf: [
        {
          query: 'requests'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
    autoMitigate: true
  }
}

resource inQueues 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for queue in [
    {
      name: hintQueue
      metric: 'DeadletteredMessages'
      says: 'Hints died: what they told of is found by the sweep. See why they could not be followed.'
    }
    {
      name: quarantineQueue
      metric: 'ActiveMessages'
      says: 'Messages that nobody can understand wait in the quarantine: see who sends them.'
    }
  ]: {
    name: 'alert-${queue.name}'
    location: 'global'
    tags: tags
    properties: {
      description: queue.says
      severity: 2
      enabled: true
      scopes: [serviceBusId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: 'any'
            criterionType: 'StaticThresholdCriterion'
            metricName: queue.metric
            dimensions: [{ name: 'EntityName', operator: 'Include', values: [queue.name] }]
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]
