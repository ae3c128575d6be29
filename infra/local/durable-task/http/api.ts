import type { HttpCall, HttpReply } from "../contract.ts";
import { BadRequest } from "./bad-request.ts";
import { SOMETHING_WENT_WRONG } from "./failure.ts";
import type { ApiNeeds } from "./needs.ts";
import { purgeInstance, purgeInstances } from "./purge.ts";
import { listInstances, readInstance } from "./read.ts";
import { empty, problem } from "./reply.ts";
import { rewind } from "./rewind.ts";
import { raiseEvent, resume, suspend, terminate } from "./send.ts";
import { restartInstance, startInstance } from "./start.ts";

/**
 * The extension's HTTP API, the same for the public webhook and for the loopback rpc listener.
 * @see HttpApiHandler.HandleRequestAsync in the Durable extension
 */
export async function answer(call: HttpCall, needs: ApiNeeds): Promise<HttpReply> {
  try {
    return await route(call, pathSegments(call.path), needs);
  } catch (error) {
    if (error instanceof BadRequest) return problem(400, error.message);
    needs.log("error", `${call.method} ${call.path}: ${String(error)}`);
    return problem(500, SOMETHING_WENT_WRONG);
  }
}

/**
 * Decoded before it is split, as in the extension: an id with an encoded slash finds no route. Decoded twice, the second
 * time as forms are: a plus means a blank, an encoded one too. @see WebUtility.UrlDecode in HttpApiHandler.cs
 */
function pathSegments(path: string): string[] {
  try {
    return decodeURIComponent(path)
      .replaceAll("+", " ")
      .replace(/^\/+|\/+$/g, "")
      .split("/");
  } catch {
    throw new BadRequest("The path is not valid percent-encoded UTF-8.");
  }
}

function route(call: HttpCall, segments: string[], needs: ApiNeeds): HttpReply | Promise<HttpReply> {
  const [collection = "", first = "", operation = "", argument = ""] = segments;
  switch (collection.toLowerCase()) {
    case "orchestrators":
      if (call.method !== "POST" || first === "" || segments.length > 3) return empty(404);
      return startInstance(call, first, operation, needs);
    case "instances":
      if (segments.length > 4) return empty(404);
      if (first === "") return onAll(call, needs);
      return operation === ""
        ? onOne(call, first, needs)
        : onOperation(call, first, operation, argument, needs);
    case "entities":
      return problem(501, "Entities are not supported by this stand-in of the Durable extension.");
    default:
      return empty(404);
  }
}

function onAll(call: HttpCall, needs: ApiNeeds): HttpReply | Promise<HttpReply> {
  if (call.method === "GET") return listInstances(call, needs);
  return call.method === "DELETE" ? purgeInstances(call, needs) : empty(404);
}

function onOne(call: HttpCall, id: string, needs: ApiNeeds): HttpReply | Promise<HttpReply> {
  if (call.method === "GET") return readInstance(call, id, needs);
  return call.method === "DELETE" ? purgeInstance(id, needs) : empty(404);
}

function onOperation(
  call: HttpCall,
  id: string,
  operation: string,
  argument: string,
  needs: ApiNeeds,
): HttpReply | Promise<HttpReply> {
  if (call.method !== "POST") return empty(404);
  const name = operation.toLowerCase();
  if (name === "raiseevent") return argument === "" ? empty(404) : raiseEvent(call, id, argument, needs);
  if (argument !== "") return empty(404);
  switch (name) {
    case "terminate":
      return terminate(call, id, needs);
    case "suspend":
      return suspend(call, id, needs);
    case "resume":
      return resume(call, id, needs);
    case "rewind":
      return rewind(call, id, needs);
    case "restart":
      return restartInstance(call, id, needs);
    default:
      return empty(404);
  }
}
