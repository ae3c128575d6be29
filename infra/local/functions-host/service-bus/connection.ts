import { StartError } from "../errors.ts";
import { expandSettings } from "../settings.ts";

/**
 * The connection string that a binding's `connection` names. The setting may also stand below `AzureWebJobs`.
 * @param usedBy the function, for the message
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#connections
 */
export function connectionString(usedBy: string, connection: string): string {
  const name = expandSettings(connection, usedBy);
  const found = process.env[name] ?? process.env[`AzureWebJobs${name}`];
  if (found !== undefined && found !== "") return found;
  const identity = process.env[`${name}__fullyQualifiedNamespace`];
  throw new StartError(
    identity === undefined
      ? `${usedBy}: the setting ${name} must hold a Service Bus connection string.`
      : `${usedBy}: ${name}__fullyQualifiedNamespace asks for a managed identity; this host supports connection strings only. ` +
          `Set ${name} instead.`,
  );
}
