import { expect, test } from "vitest";
import { PATIENCE_MS, type RunningHost, refusedBy, runHost, writeApp } from "./host.ts";

const APP = {
  "package.json": '{ "type": "module", "main": "main.js" }',
  "main.js": `
    import { app } from "@azure/functions";
    import * as df from "durable-functions";

    df.app.activity("count", { handler: (n) => n });
    df.app.orchestration("counts", function* (context) {
      const numbers = Array.from({ length: 40 }, (_, n) => n);
      yield context.df.Task.all(numbers.map((n) => context.df.callActivity("count", n)));
    });
    df.app.orchestration("throwsNothing", function* () {
      throw new Error("");
    });

    app.post("start", {
      route: "{name}",
      extraInputs: [df.input.durableClient()],
      handler: async (request, context) => {
        const [client, { name }] = [df.getClient(context), request.params];
        return client.createCheckStatusResponse(request, await client.startNew(name, { instanceId: name }));
      },
    });
  `,
};

interface Status {
  runtimeStatus: string;
  output: unknown;
}

/** Starts an instance and waits for its end. */
async function ends(host: RunningHost, name: string): Promise<Status> {
  const started = await fetch(`${host.url}/api/${name}`, { method: "POST" });
  const { statusQueryGetUri } = (await started.json()) as { statusQueryGetUri: string };
  const read = async () => (await fetch(statusQueryGetUri)).json() as Promise<Status>;
  await expect
    .poll(read, { timeout: PATIENCE_MS })
    .toMatchObject({ runtimeStatus: expect.stringMatching("Completed|Failed") });
  return read();
}

test("--chaos makes troubles, says from which seed, and tells each when it is asked to be verbose", async () => {
  const host = await runHost(writeApp(APP), { args: ["--chaos", "7", "--verbose"] });

  const { runtimeStatus } = await ends(host, "counts");
  await host.end("SIGKILL");

  expect(runtimeStatus).toBe("Completed");
  expect(host.output()).toContain("--chaos 7: orchestrations meet troubles from here on");
  expect(host.output()).toMatch(/Chaos: activity 'count', task \d+ of counts, runs twice at once/);
});

test("--chaos without a seed to make the same again is refused", async () => {
  const { code, output } = await refusedBy(writeApp(APP), { args: ["--chaos", "monkey"] });

  expect(code).toBe(2);
  expect(output).toContain('--chaos must be a whole number such as 1, not "monkey".');
});

test("--strict makes an orchestration fail that would run for ever in Azure", async () => {
  const host = await runHost(writeApp(APP), { args: ["--strict"] });

  const { runtimeStatus, output } = await ends(host, "throwsNothing");
  await host.end("SIGKILL");

  expect(runtimeStatus).toBe("Failed");
  expect(output).toContain("without a message");
});
