import type { TaskHubOptions } from "../contract.ts";

/** The extension's default name for the storage account's connection; it is only carried through. */
const CONNECTION = "Storage";

/** Put where the client puts an instance id. */
const ID_PLACEHOLDER = "INSTANCEID";

/** @see HttpApiHandler.GetClientResponseLinks in the Durable extension */
export class Links {
  readonly #options: TaskHubOptions;
  readonly #base: string;
  readonly #query: string;

  constructor(options: TaskHubOptions) {
    this.#options = options;
    this.#base = `${options.appUrl.replace(/\/$/, "")}/runtime/webhooks/durabletask`;
    const { hubName, key } = options;
    this.#query = String(new URLSearchParams({ taskHub: hubName, connection: CONNECTION, code: key }));
  }

  /** Where to read an instance's status. */
  status(instanceId: string): string {
    return `${this.#base}/instances/${encodeURIComponent(instanceId)}?${this.#query}`;
  }

  /** The management URLs of one instance. */
  management(instanceId: string) {
    const instance = `${this.#base}/instances/${encodeURIComponent(instanceId)}`;
    const withReason = (operation: string) => `${instance}/${operation}?reason={text}&${this.#query}`;
    return {
      id: instanceId,
      statusQueryGetUri: this.status(instanceId),
      sendEventPostUri: `${instance}/raiseEvent/{eventName}?${this.#query}`,
      terminatePostUri: withReason("terminate"),
      rewindPostUri: withReason("rewind"),
      purgeHistoryDeleteUri: this.status(instanceId),
      restartPostUri: `${instance}/restart?${this.#query}`,
      suspendPostUri: withReason("suspend"),
      resumePostUri: withReason("resume"),
    };
  }

  /** What is answered to a start: all of them but the way to rewind. @see CreateCheckStatusResponseMessage */
  checkStatus(instanceId: string): object {
    const { rewindPostUri: _leftOut, ...links } = this.management(instanceId);
    return links;
  }

  /** JSON text of the `durableClient` binding; durable-functions 3.5.0 uses `rpcBaseUrl` for every call. */
  clientBinding(): string {
    const { hubName, key, rpcBaseUrl } = this.#options;
    const code = `code=${encodeURIComponent(key)}`;
    const create = `${this.#base}/orchestrators/{functionName}[/{instanceId}]`;
    return JSON.stringify({
      taskHubName: hubName,
      connectionName: CONNECTION,
      creationUrls: {
        createNewInstancePostUri: `${create}?${code}`,
        createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${code}`,
      },
      managementUrls: this.management(ID_PLACEHOLDER),
      baseUrl: this.#base,
      requiredQueryStringParameters: code,
      rpcBaseUrl,
    });
  }
}
