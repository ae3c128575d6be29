import { partiesOf } from "./consumer.ts";
import type { ScreenInput } from "./input.ts";

/** What an answer does, before somebody gives it. */
export interface GrantsSection {
  readonly heading: string;
  readonly approve: string;
  readonly reject: string;
}

export function grantsSection({ request }: Pick<ScreenInput, "request">): GrantsSection {
  const { endpoint, subscription, cluster } = partiesOf(request);
  return {
    heading: "What an answer does",
    approve: `Approving opens a network path from the virtual network of ${endpoint} (subscription ${subscription}) to the API server of ${cluster}, until the connection is removed. It gives no Kubernetes rights.`,
    reject: `Rejecting is final: this connection can never be approved again. To ask again, the consumer needs a new private endpoint.`,
  };
}
