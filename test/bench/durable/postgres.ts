import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { accessSync, chownSync, globSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";

const USER = "bench";
/** `nobody`, on Debian: PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const AS_SOMEBODY = process.getuid?.() === 0 ? NOBODY : {};
const START_TIMEOUT_MS = 30_000;

/** A PostgreSQL server with its defaults, that is, with `fsync` on, on loopback. */
export interface Postgres {
  readonly version: string;
  /** With user, password and a database that does not exist yet. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one whose data are below `folder`: the installed one, else Debian's packages, unpacked below `folder`. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const programs = installedPrograms() ?? debianPrograms(folder);
  const home = join(folder, "postgres");
  const data = join(home, "data");
  const password = randomBytes(16).toString("hex");
  mkdirSync(home);
  writeFileSync(join(home, "password"), password);
  if ("uid" in AS_SOMEBODY) {
    for (const path of [folder, home, join(home, "password")]) chownSync(path, NOBODY.uid, NOBODY.gid);
  }
  const environment = { ...AS_SOMEBODY, cwd: home, env: { ...process.env, LC_ALL: "C", ...programs.env } };
  const run = (program: string, args: readonly string[]) =>
    execFileSync(join(programs.bin, program), args, { ...environment, stdio: ["ignore", "pipe", "pipe"] });
  run("initdb", ["-D", data, "-U", USER, "--auth=scram-sha-256", `--pwfile=${join(home, "password")}`]);

  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: "" };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(programs.bin, "postgres"), ["-D", data, ...args], {
    ...environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await ready(server);
  return {
    version: versionIn(run("postgres", ["--version"]).toString()),
    url: `postgresql://${USER}:${password}@127.0.0.1:${port}/dbos`,
    stop: async () => {
      const ended = once(server, "exit");
      // The fast shutdown of PostgreSQL: it waits for nobody's connection.
      if (server.kill("SIGINT")) await ended;
    },
  };
}

/** Of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` the middle. */
const versionIn = (line: string): string => `PostgreSQL ${/\d[\d.]*/.exec(line)?.[0]}`;

interface Programs {
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
}

function installedPrograms(): Programs | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter).filter((path) => path !== "");
  const debian = globSync("/usr/lib/postgresql/*/bin").sort((a, b) =>
    b.localeCompare(a, "en", { numeric: true }),
  );
  for (const folder of [...onPath, ...debian]) {
    const postgres = join(folder, "postgres");
    if (!exists(postgres)) continue;
    // Debian links single programs into the path; `initdb` is beside the real one.
    const bin = dirname(realpathSync(postgres));
    if (exists(join(bin, "initdb"))) return { bin, env: {} };
  }
  return undefined;
}

/** The packages that are missing here, downloaded and unpacked; nothing is installed. */
function debianPrograms(folder: string): Programs {
  const packages = join(folder, "packages");
  const root = join(folder, "debian");
  mkdirSync(packages);
  try {
    const plan = execFileSync("apt-get", ["install", "--simulate", "--no-install-recommends", "postgresql"]);
    const names = [...plan.toString().matchAll(/^Inst (\S+)/gm)].map(([, name = ""]) => name);
    execFileSync("apt-get", ["download", ...names], { cwd: packages, stdio: "pipe" });
    for (const file of globSync("*.deb", { cwd: packages })) {
      execFileSync("dpkg", ["-x", join(packages, file), root]);
    }
  } catch (cause) {
    throw new Error("PostgreSQL is neither installed nor to be had from apt-get (Debian, Ubuntu).", {
      cause,
    });
  }
  const [bin] = globSync(join(root, "usr/lib/postgresql/*/bin"));
  if (bin === undefined) throw new Error("Debian's PostgreSQL packages hold no server.");
  return { bin, env: { LD_LIBRARY_PATH: globSync(join(root, "{usr/,}lib/*-linux-gnu*")).join(":") } };
}

function exists(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server has no port.");
  return address.port;
}

async function ready(server: ChildProcess): Promise<void> {
  if (server.stderr === null) throw new Error("PostgreSQL's log is not read.");
  let log = "";
  const timeout = setTimeout(() => server.kill("SIGKILL"), START_TIMEOUT_MS);
  for await (const chunk of server.stderr.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    log += String(chunk);
    if (!log.includes("ready to accept connections")) continue;
    clearTimeout(timeout);
    // The rest must be read so that the server never waits for us.
    void text(server.stderr);
    return;
  }
  throw new Error(`PostgreSQL did not start:\n${log}`);
}
