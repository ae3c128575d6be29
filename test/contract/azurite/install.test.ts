import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { installAzurite } from "../../../infra/local/azurite/install.ts";
import { CommandError } from "../../../infra/local/kit/errors.ts";

/** What npm installs in a moment: a package that needs others only if they are named. */
function write(place: string, version: string, dependencies: Record<string, string> = {}): void {
  const itself = { name: "nested", version, dependencies };
  const others = Object.entries(dependencies).map(([name, version]) => [`node_modules/${name}`, { version }]);
  const packages = { "": itself, ...Object.fromEntries(others) };
  writeFileSync(join(place, "package.json"), JSON.stringify(itself));
  writeFileSync(
    join(place, "package-lock.json"),
    JSON.stringify({ ...itself, lockfileVersion: 3, packages }),
  );
}

describe("what installs Azurite", () => {
  const FILES = ["package-lock.json", "package.json"];
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "install-"));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(place, { recursive: true });
  });

  test("says so before, does it once, and leaves nothing else behind", async () => {
    write(place, "1.0.0");
    const log = vi.fn();

    await installAzurite(log, place);
    await installAzurite(log, place);

    expect(log.mock.calls).toEqual([["installing Azurite, which takes half a minute once"]]);
    expect(readdirSync(place).toSorted()).toEqual(["node_modules", ...FILES]);
  });

  test("may run several times at once", async () => {
    write(place, "1.0.0");
    const log = vi.fn();

    await Promise.all([1, 2, 3].map(() => installAzurite(log, place)));

    expect(log).toHaveBeenCalledTimes(3);
    expect(readdirSync(place).toSorted()).toEqual(["node_modules", ...FILES]);
  });

  test("puts another version in the place of the one that is there", async () => {
    write(place, "1.0.0");
    await installAzurite(() => undefined, place);
    writeFileSync(join(place, "node_modules/of-the-former"), "");
    write(place, "2.0.0");

    await installAzurite(() => undefined, place);

    expect(readdirSync(join(place, "node_modules"))).not.toContain("of-the-former");
    expect(readdirSync(place).toSorted()).toEqual(["node_modules", ...FILES]);
  });

  test("says in one sentence that npm's registry cannot be reached, and leaves nothing half-done", async () => {
    write(place, "1.0.0", { nothing: "9.9.9" });
    vi.stubEnv("npm_config_registry", "http://127.0.0.1:9/");
    vi.stubEnv("npm_config_fetch_retries", "0");

    const installing = installAzurite(() => undefined, place);

    await expect(installing).rejects.toThrow(CommandError);
    await expect(installing).rejects.toThrow(
      /^Azurite could not be installed; npm must reach its registry for that, once\. It said: .*ECONNREFUSED.*/,
    );
    expect(readdirSync(place).toSorted()).toEqual(FILES);
  });
});
