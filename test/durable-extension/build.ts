import { spawnSync } from "node:child_process";
import { join } from "node:path";

const PROJECT = join(import.meta.dirname, "host");

/** Builds the host, from packages of exactly the versions in its lock file. */
function build(): void {
  const { error, status } = spawnSync(
    "dotnet",
    [
      "build",
      PROJECT,
      "--configuration",
      "Release",
      "--nologo",
      "--verbosity",
      "quiet",
      "-p:RestoreLockedMode=true",
    ],
    { stdio: "inherit" },
  );
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
    console.error(
      "These tests run the genuine Durable extension, which needs the .NET 10 SDK: get it from https://dotnet.microsoft.com/download.",
    );
  } else if (error !== undefined) {
    throw error;
  }
  process.exitCode = status ?? 1;
}

build();
