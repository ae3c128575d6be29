/** As Azure writes the ids of subscriptions, tenants, groups and people. */
export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
