import { CommandError } from "../kit/errors.ts";
import { readMasterKey } from "../kit/host-keys.ts";
import type { DataFolder } from "../supervisor/data-folder.ts";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { reach } from "./reach.ts";

/**
 * Starts the app's sweep, as one does with any timer from outside.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
 * @throws CommandError when the app is not there or refuses
 */
export async function startSweep(folder: DataFolder, { app }: Endpoints): Promise<void> {
  const response = await reach("The app", `${app}/admin/functions/sweep`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-functions-key": readMasterKey(folder.app) },
    body: "{}",
  });
  if (!response.ok) throw new CommandError(`The app answered ${response.status}: ${await response.text()}`);
}
