import type { Creator, Trouble } from "./control.ts";
import { creatorNamed } from "./creator.ts";
import type { CLUSTERS, CONSUMERS } from "./sample-places.ts";

/** What somebody does about a request while people are asked. */
export type Step =
  | { readonly by: string; readonly review: "approve" | "reject" | "withdraw"; readonly reason: string }
  /** The consumer deletes the private endpoint. */
  | { readonly elsewhere: "deleted" }
  /** Somebody of the platform team approves past the app. */
  | { readonly elsewhere: "approved"; readonly description: string };

/** One request of the sample world: who asks for what, and what people do about it. */
export interface SampleRequest {
  readonly name: string;
  readonly consumer: keyof typeof CONSUMERS;
  readonly resourceGroup: string;
  readonly cluster: keyof typeof CLUSTERS;
  /** Where the private endpoint is; the cluster's region unless said. */
  readonly location?: string;
  /** The consumer's words, at most 140 characters. */
  readonly message?: string;
  /** The person who creates it; an application unless said. */
  readonly creator?: Creator;
  /** What ARM says to the app that writes the answer. */
  readonly trouble?: Trouble;
  readonly steps?: readonly Step[];
}

const colleague = (name: string, objectId: string): Creator => ({ by: `${name}@contoso.example`, objectId });
const MIA = colleague("mia.larsen", "1b9e4c7a-02d5-4f83-9a6e-c47d0b8e5f21");
const TOM = colleague("tom.okafor", "2c0f5d8b-13e6-4a94-8b7f-d58e1c9f6032");
const PRIYA = colleague("priya.nair", "3d106e9c-24f7-4ba5-9c80-e69f2d0a7143");

/** These come first: somebody may want to answer one at once. */
export const FIRST_REQUESTS: readonly SampleRequest[] = [
  {
    name: "pe-data-jobs",
    consumer: "sub-data-prod",
    resourceGroup: "rg-data",
    cluster: "aks-payments-prod",
    message: "Nightly export, CHG0042137",
    creator: PRIYA,
  },
  {
    name: "pe-payments-01-prod",
    consumer: "sub-payments-prod-weu",
    resourceGroup: "rg-payments",
    cluster: "aks-payments-prod",
  },
  {
    name: "pe-sandbox-test",
    consumer: "sub-sandbox",
    resourceGroup: "rg-sandbox",
    cluster: "aks-payments-prod",
  },
];

const PRODUCTION: readonly SampleRequest[] = [
  // Nobody answers it, so it is escalated after two minutes and expires after five.
  {
    name: "pe-oncall-debug",
    consumer: "sub-payments-prod-weu",
    resourceGroup: "rg-oncall",
    cluster: "aks-payments-prod",
    message: "INC0091172: checkout is slow, need to look from the on-call jump host",
    creator: PRIYA,
  },
  {
    name: "pe-payments-11-prod",
    consumer: "sub-payments-prod-neu",
    resourceGroup: "rg-payments-neu",
    cluster: "aks-payments-prod",
    location: "northeurope",
  },
  {
    name: "pe-payments-12-prod",
    consumer: "sub-payments-prod-neu",
    resourceGroup: "rg-payments-neu",
    cluster: "aks-payments-prod",
    location: "northeurope",
    // The app tries again for some minutes, and then it works.
    trouble: {
      times: 9,
      code: "OperationNotAllowed",
      message:
        "Operation is not allowed because there is an in progress upgrade managed cluster operation on the managed cluster.",
    },
  },
  {
    name: "pe-payment-13-prod",
    consumer: "sub-payments-prod-neu",
    resourceGroup: "rg-payments-neu",
    cluster: "aks-payments-prod",
    location: "northeurope",
    message: "Third one of the rollout, same as pe-payments-11-prod",
  },
  {
    name: "pe-erp-invoices",
    consumer: "sub-erp-prod",
    resourceGroup: "rg-erp-integration",
    cluster: "aks-payments-prod",
    message: "CHG0042151: invoice run calls the payments API, window Thursday 22:00",
    creator: TOM,
    steps: [{ by: "ana", review: "approve", reason: "CHG0042151 is approved by the change board" }],
  },
  {
    name: "pe-erp-legacy",
    consumer: "sub-erp-prod",
    resourceGroup: "rg-erp-legacy",
    cluster: "aks-payments-prod",
    message: "Direct access for the old batch server until it is migrated",
    steps: [
      {
        by: "di",
        review: "reject",
        reason: "The batch server is out of support; please use the payments gateway",
      },
    ],
  },
  {
    name: "pe-campaign-dashboard",
    consumer: "sub-marketing",
    resourceGroup: "rg-campaigns",
    cluster: "aks-payments-prod",
    message:
      "We asked for this on Monday!! The campaign starts TOMORROW and nothing has happened, please approve",
    creator: MIA,
  },
  {
    name: "pe-hr-payroll",
    consumer: "sub-erp-prod",
    resourceGroup: "rg-hr",
    cluster: "aks-payments-prod",
    message: "Hei, vi trenger tilgang til lønnskjøringen før fredag. CHG0042160. Takk!",
    creator: TOM,
  },
  {
    name: "pe-playground-kubectl",
    consumer: "sub-playground-7",
    resourceGroup: "rg-learning",
    cluster: "aks-payments-prod",
    message: "Trying out private clusters",
  },
];

const CARD_DATA: readonly SampleRequest[] = [
  {
    name: "pe-cards-settlement",
    consumer: "sub-cards-prod",
    resourceGroup: "rg-cards-settlement",
    cluster: "aks-cards-prod",
    message: "Daily settlement with the acquirer",
    creator: TOM,
    steps: [{ by: "ana", review: "approve", reason: "Planned, and the subnet is the cards team's own" }],
  },
  {
    name: "pe-cards-audit",
    consumer: "sub-cards-prod",
    resourceGroup: "rg-cards-audit",
    cluster: "aks-cards-prod",
    message: "Read access for the yearly PCI audit",
    creator: MIA,
    steps: [
      { by: "ana", review: "approve", reason: "The audit is announced" },
      {
        by: "ana",
        review: "withdraw",
        reason: "The auditors' start has moved to January; asking them first",
      },
    ],
  },
  {
    name: "pe-cards-reporting",
    consumer: "sub-cards-prod",
    resourceGroup: "rg-cards-reporting",
    cluster: "aks-cards-prod",
    message: "Monthly scheme reporting",
    creator: PRIYA,
    steps: [
      { by: "di", review: "approve", reason: "Replaces the endpoint of last month" },
      { by: "bo", review: "approve", reason: "Reviewed the data flow, no card numbers leave" },
    ],
  },
  {
    name: "pe-cards-admin",
    consumer: "sub-cards-prod",
    resourceGroup: "rg-cards-admin",
    cluster: "aks-cards-prod",
    message: "Platform team's own way in for the node image upgrade",
    creator: creatorNamed("ana"),
  },
  {
    name: "pe-fraud-scoring",
    consumer: "sub-data-prod",
    resourceGroup: "rg-fraud",
    cluster: "aks-cards-prod",
    location: "westeurope",
    message: "Scoring model reads authorisations, CHG0042158",
  },
];

const DEVELOPMENT: readonly SampleRequest[] = [
  {
    name: "pe-intern-laptop",
    consumer: "sub-marketing",
    resourceGroup: "rg-campaigns",
    cluster: "aks-web-dev",
    message: "Testing, will delete again",
    creator: MIA,
    steps: [{ elsewhere: "deleted" }],
  },
  {
    name: "pe-web-shop",
    consumer: "sub-web-dev",
    resourceGroup: "rg-web",
    cluster: "aks-web-dev",
  },
  {
    name: "pe-web-preview",
    consumer: "sub-web-dev",
    resourceGroup: "rg-web",
    cluster: "aks-web-dev",
    trouble: {
      times: 1,
      code: "ScopeLocked",
      message:
        "The scope cannot perform write operation because following scope(s) are locked: '/subscriptions/5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10/resourceGroups/rg-aks-dev'. Please remove the lock and try again.",
    },
  },
  {
    name: "pe-data-lab",
    consumer: "sub-data-prod",
    resourceGroup: "rg-data-lab",
    cluster: "aks-data-dev",
    message: "Notebooks of the forecasting team",
    steps: [{ by: "di", review: "approve", reason: "Known team, development only" }],
  },
  {
    name: "pe-forecast-neu",
    consumer: "sub-data-prod",
    resourceGroup: "rg-forecast",
    cluster: "aks-data-dev",
    location: "northeurope",
    message: "Standby copy of the forecast jobs in North Europe",
    creator: PRIYA,
  },
  {
    name: "pe-bi-desktop",
    consumer: "sub-erp-prod",
    resourceGroup: "rg-bi",
    cluster: "aks-data-dev",
    message: "Reports of the finance team",
    steps: [{ elsewhere: "approved", description: "Approved in the portal, asked by phone" }],
  },
];

/** Nobody announces what happens in another tenant: only a sweep finds it. */
const PARTNER: readonly SampleRequest[] = [
  {
    name: "pe-fabrikam-orders",
    consumer: "Fabrikam Logistics",
    resourceGroup: "rg-edi",
    cluster: "aks-payments-prod",
    message: "EDI orders, as agreed with purchasing",
  },
];

export const FURTHER_REQUESTS: readonly SampleRequest[] = [
  ...PRODUCTION,
  ...CARD_DATA,
  ...DEVELOPMENT,
  ...PARTNER,
];
