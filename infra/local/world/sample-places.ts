/** Four clusters of the platform team, in two regions; two teams must approve what reaches the one with card data. */
export const CLUSTERS = {
  "aks-payments-prod": {
    resourceGroup: "rg-aks-prod",
    location: "westeurope",
    tags: { env: "prod", owner: "platform" },
  },
  "aks-cards-prod": {
    resourceGroup: "rg-aks-cards",
    location: "northeurope",
    tags: { env: "prod", owner: "cards", pci: "true" },
  },
  "aks-web-dev": {
    resourceGroup: "rg-aks-dev",
    location: "northeurope",
    tags: { env: "dev", owner: "web" },
  },
  "aks-data-dev": {
    resourceGroup: "rg-aks-data",
    location: "westeurope",
    tags: { env: "dev", owner: "data", residency: "eu" },
  },
} as const;

const FABRIKAM_TENANT = "8f6f2b1e-93d4-4d1a-9a57-2c0e6b7d4f35";

/** Who asks, by the subscription's name; the lists of the sample policy have some of them. */
export const CONSUMERS = {
  "sub-payments-prod-weu": {
    id: "3e9e0d50-1ff8-4789-acc6-7d571bd52f17",
    tags: { env: "prod", costCenter: "4711" },
    managementGroups: ["mg-payments", "mg-production"],
  },
  "sub-payments-prod-neu": {
    id: "0b0c5a6e-64c5-4b0b-9b8e-0d3a4a5c2f10",
    tags: { env: "prod", costCenter: "4711" },
    managementGroups: ["mg-payments", "mg-production"],
  },
  "sub-data-prod": {
    id: "a4b8f0c2-6d1e-4c57-9e34-8f7d2b6c5e90",
    tags: { env: "prod", costCenter: "0815" },
    managementGroups: ["mg-data", "mg-production"],
  },
  "sub-erp-prod": {
    id: "c8d1e5b7-40a9-4e26-8b3c-95f7a2d06e14",
    tags: { env: "prod", costCenter: "2210" },
    managementGroups: ["mg-corporate", "mg-production"],
  },
  "sub-cards-prod": {
    id: "1f7a9c42-b6e0-4d83-a5c9-7e2d8f0b3a61",
    tags: { env: "prod", costCenter: "4720" },
    managementGroups: ["mg-cards", "mg-production"],
  },
  "sub-marketing": {
    id: "92b5d3f8-1c7e-4a06-bd24-6f3e8a9c0d57",
    tags: { costCenter: "3300" },
    managementGroups: ["mg-corporate"],
  },
  "sub-web-dev": {
    id: "5d0b7c3e-2a61-4f0c-9a8e-1c6b2f4d8e93",
    tags: { env: "dev", costCenter: "1180" },
    managementGroups: ["mg-landing-zones", "mg-nonproduction"],
  },
  "sub-sandbox": {
    id: "7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11",
    tags: { env: "sandbox" },
    managementGroups: ["mg-sandbox"],
  },
  "sub-playground-7": {
    id: "e3c70a95-58d2-4b1f-96ea-0d4b7c8f2e13",
    tags: {},
    managementGroups: ["mg-playground-7"],
  },
  "Fabrikam Logistics": {
    id: "46a8e0d1-7b3f-4c95-8e62-b9d5f1c07a38",
    tags: {},
    managementGroups: [],
    tenantId: FABRIKAM_TENANT,
  },
} as const;
