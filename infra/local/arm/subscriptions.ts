import type { Behaviour, World } from "./call.ts";
import { ROOT_MANAGEMENT_GROUP } from "./constants.ts";
import { ArmError } from "./errors.ts";
import { keyOf } from "./ids.ts";
import type { Store, Subscription } from "./store.ts";

/** `/subscriptions/{subscription}`. */
export const subscriptionPath = (id: string): string => `/subscriptions/${id}`;

/** A subscription exists once it was described, or has or had a resource. Of one that nobody described, the rest is as usual. */
export function findSubscription({ store, tenantId }: World, id: string): Subscription | undefined {
  const described = store.subscriptions.get(subscriptionPath(id));
  if (described) return described;
  return hasResources(store, id) ? ordinarySubscription(id, tenantId) : undefined;
}

/** Whether a subscription trusts the tenant of the callers; another tenant's resources are none of their business. */
export const isOurs = ({ store, tenantId }: World, id: string): boolean =>
  (store.subscriptions.get(subscriptionPath(id))?.tenantId ?? tenantId) === tenantId;

/** The subscription that nobody described. */
export const ordinarySubscription = (id: string, tenantId: string): Subscription => ({
  id: keyOf(id),
  displayName: id,
  tags: {},
  tenantId,
  managementGroups: [],
});

/** All management groups above a subscription, nearest first. */
export const ancestorsOf = ({ managementGroups }: Subscription): readonly string[] => [
  ...managementGroups,
  ROOT_MANAGEMENT_GROUP,
];

/** GET of one: a caller sees those of its own tenant. */
export const getSubscription: Behaviour = (world, { parameters }) => {
  const subscription = findSubscription(world, parameters.subscription);
  if (!subscription) throw unknownSubscription(parameters.subscription);
  if (!isOurs(world, subscription.id)) throw wrongTenant();
  return { status: 200, body: view(subscription) };
};

/** The refusal for another tenant's resource. */
export const wrongTenant = (): ArmError =>
  new ArmError(
    "InvalidAuthenticationTokenTenant",
    "The access token is from the wrong issuer. It must match the tenant associated with this subscription.",
  );

/** LIST of those of the caller's tenant, on one page. */
export const listSubscriptions: Behaviour = (world) => {
  const found = [...idsIn(world.store)].toSorted().flatMap((id) => findSubscription(world, id) ?? []);
  const value = found.filter(({ id }) => isOurs(world, id)).map(view);
  return { status: 200, body: { value, count: { type: "Total", value: value.length } } };
};

/**
 * What ARM says to somebody without a token who asks for a subscription: where to sign in for it, even if it is another
 * tenant's. Microsoft documents neither the answer nor the 404.
 * @see https://shawntabrizi.com/blog/aad/secret-apis-in-azure-active-directory-and-azure-resource-manager/
 */
export function challenge(world: World, id: string): ArmError {
  const subscription = findSubscription(world, id);
  if (!subscription) return unknownSubscription(id);
  const because = "The authentication failed because of missing 'Authorization' header.";
  return new ArmError(
    "AuthenticationFailed",
    "Authentication failed. The 'Authorization' header is missing.",
    {
      "www-authenticate": `Bearer authorization_uri="https://login.windows.net/${subscription.tenantId}", error="invalid_token", error_description="${because}"`,
    },
  );
}

/** The refusal for a subscription that nobody has. */
export const unknownSubscription = (id: string): ArmError =>
  new ArmError("SubscriptionNotFound", `The subscription '${id}' could not be found.`);

function idsIn({ subscriptions, clusters, endpoints, changes }: Store): ReadonlySet<string> {
  const keys = [subscriptions, clusters, endpoints, changes].flatMap((resources) =>
    resources.below("/subscriptions").map(({ key }) => key),
  );
  return new Set(keys.map((key) => key.split("/")[2] ?? ""));
}

const hasResources = ({ clusters, endpoints, changes }: Store, id: string): boolean =>
  [clusters, endpoints, changes].some((resources) => resources.below(subscriptionPath(id), "", 1).length > 0);

const view = ({ id, displayName, tags, tenantId }: Subscription): unknown => ({
  id: subscriptionPath(id),
  authorizationSource: "RoleBased",
  managedByTenants: [],
  ...(Object.keys(tags).length > 0 && { tags }),
  subscriptionId: id,
  tenantId,
  displayName,
  state: "Enabled",
});
