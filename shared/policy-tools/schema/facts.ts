/** What an editor says about each fact, by its path in the vocabulary. */
export const FACTS: Readonly<Record<string, string>> = {
  endpoint: "The consumer's private endpoint.",
  "endpoint.subscription": "Id of the consumer's subscription: the only proof of who asks.",
  "endpoint.resourceGroup": "Resource group of the private endpoint; the consumer chooses it.",
  "endpoint.name": "Name of the private endpoint; the consumer chooses it.",
  "endpoint.location": "Region of the private endpoint in ARM's short form: westeurope.",
  consumer: "Whoever owns the subscription of the private endpoint.",
  "consumer.tenant": "Id of the Entra tenant that the consumer's subscription trusts.",
  "consumer.subscriptionName": "Name of the consumer's subscription; its owners choose it.",
  "consumer.managementGroups":
    "Names of all management groups above the consumer's subscription; one that matches is enough.",
  "consumer.tags": "Tags of the consumer's subscription, by name.",
  cluster: "The managed cluster that is to be reached.",
  "cluster.name": "Name of the cluster.",
  "cluster.resourceGroup": "Resource group of the cluster.",
  "cluster.subscription": "Id of the cluster's subscription.",
  "cluster.location": "Region of the cluster in ARM's short form: westeurope.",
  "cluster.tags": "Tags of the cluster, by name.",
  message: "The consumer's request message: a claim, not proof.",
  requester:
    "By what name Azure knows who created the private endpoint: a sign-in name or an app's id; no proof.",
  requesterId: "Entra object id of the person who created the private endpoint; unknown when an app did.",
  source: "What made the app look: event, message or sweep.",
  time: "When the request is judged.",
  history: "What this app did before for the consumer's subscription.",
  "history.approvedBefore": "How many requests of this subscription were approved before, on any cluster.",
  "history.approvedOnCluster": "How many connections of this subscription are approved on this cluster now.",
};
