/** What Graph refuses, with its code, its words and its status. @see https://learn.microsoft.com/graph/errors */
export class GraphRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const notFound = (id: string): GraphRefusal =>
  new GraphRefusal(
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const badRequest = (message: string): GraphRefusal =>
  new GraphRefusal(400, "Request_BadRequest", message);

export const forbidden = (): GraphRefusal =>
  new GraphRefusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
