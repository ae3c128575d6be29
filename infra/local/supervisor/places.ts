/** The subscription of the platform team, whose clusters the app answers for. */
export const PROVIDER_SUBSCRIPTION = "5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10";

/** Where the app looks for clusters. */
export const PROVIDER_SCOPE = `/subscriptions/${PROVIDER_SUBSCRIPTION}`;
