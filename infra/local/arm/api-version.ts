import { OLDEST_API_VERSION, type Provider } from "./constants.ts";
import { ArmError } from "./errors.ts";

/** Checks `?api-version=`: required, once, a date, and one that the provider supports. */
export function checkApiVersion(query: URLSearchParams, provider: Provider, type: string): string {
  const [version, ...more] = query.getAll("api-version");
  const oldest = OLDEST_API_VERSION[provider];
  if (!version) {
    throw new ArmError(
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  const date = /^(\d{4}-\d{2}-\d{2})(-preview)?$/.exec(version)?.[1];
  if (more.length > 0 || date === undefined || Number.isNaN(Date.parse(date))) {
    throw new ArmError(
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. It is a date such as '${oldest}'.`,
    );
  }
  if (date >= oldest) return version;
  throw new ArmError(
    "NoRegisteredProviderFound",
    `No registered resource provider found for API version '${version}' and type '${provider}/${type}'. ` +
      `The supported api-versions are '${oldest}' and newer.`,
  );
}
