import { join } from "node:path";
import { readHostJson } from "../../infra/local/functions-host/host-json.ts";

/** `storageProvider` of the app's own host.json: how long a crash is not noticed is decided there. */
export const STORAGE_PROVIDER = readHostJson(join(import.meta.dirname, "../..")).extensions.durableTask
  .storageProvider;
