const RESOURCE_GRAPH = "/providers/microsoft.resourcegraph/resources";

/**
 * Whether a call of ARM only reads. Of GETs all do; of POSTs one does for sure, the query of Resource Graph, and others
 * give out keys or start something.
 * @see https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
 */
export const isRead = (method: string, { pathname }: URL): boolean =>
  method === "GET" || (method === "POST" && pathname.toLowerCase() === RESOURCE_GRAPH);
