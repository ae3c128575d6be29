import { describe, expect, test } from "vitest";
import { HELLO, MAIN_CJS, oneFile, refusedBy, runHost, writeApp } from "./host.ts";

/** An app whose function puts something into the queue of that name. */
const putsInto = (queueName: string) => ({
  ...oneFile(`app.get("s", { handler() {}, return: output.serviceBusQueue(
    { queueName: "${queueName}", connection: "Bus" }) });`),
  "local.settings.json": JSON.stringify({
    Values: {
      Bus: "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=k;UseDevelopmentEmulator=true",
      OUT: "orders-{kind}",
    },
  }),
});

describe("a command line that makes no sense ends with code 2, one sentence and a hint", () => {
  test.each<[string[], string]>([
    [["--nope"], "There is no option --nope. Try --help.\n"],
    [["--prot", "0"], "There is no option --prot; did you mean --port? Try --help.\n"],
    [["extra"], '"extra" belongs to no option; npm hands options on only after "--". Try --help.\n'],
    [["--port"], "--port needs a value. Try --help.\n"],
    [["--port", "x"], "--port x is no port. Try --help.\n"],
    [["--port="], "--port  is no port. Try --help.\n"],
  ])("%j", async (args, expected) => {
    const { code, output } = await refusedBy("nowhere", { args });

    expect({ code, output }).toEqual({ code: 2, output: expected });
  });
});

describe("the host ends with code 1 and says why", () => {
  test.each<[string, Record<string, string>, string]>([
    ["there is no package.json", {}, "package.json"],
    ["package.json names no main", { "package.json": "{}" }, "main must name the file"],
    [
      "an output has no connection",
      oneFile(
        'app.get("g", { extraOutputs: [output.serviceBusQueue({ queueName: "q", connection: "Bus" })], handler() {} });',
      ),
      "g: the setting Bus must hold a Service Bus connection string.",
    ],
    [
      "an output goes to a Service Bus topic",
      {
        ...oneFile(
          'app.get("g", { extraOutputs: [output.serviceBusTopic({ topicName: "t", connection: "Bus" })], handler() {} });',
        ),
      },
      "g: ✖ only queues are supported; topics are not",
    ],
    [
      "an Event Grid output has no key",
      {
        ...oneFile(
          'app.get("g", { extraOutputs: [output.eventGrid({ topicEndpointUri: "T", topicKeySetting: "K" })], handler() {} });',
        ),
        "local.settings.json": '{ "Values": { "T": "https://topic.example/api/events" } }',
      },
      "g: the setting K is not set.",
    ],
    [
      "an appStart hook fails, with every problem that its error names",
      oneFile(
        `${HELLO}app.hook.appStart(async () => { throw new Error("Two settings:\\n  A is not set\\n  B is odd"); });`,
      ),
      " failed.\n\nError: Two settings:\n  A is not set\n  B is odd\n    at ",
    ],
    [
      "an appStart hook fails after an entry point did, and both are named",
      oneFile('app.hook.appStart(() => { throw new Error("no"); });\nthrow new Error("first");'),
      "main.cjs failed while loading.\n\nError: first\n",
    ],
    [
      "nothing is registered, but there are functions of the v3 model",
      { "package.json": MAIN_CJS, "main.cjs": "", "old/function.json": "{}" },
      "This host cannot serve functions of the v3 model: old/function.json.",
    ],
    [
      "the app ends it while loading, even if that was no failure to the app",
      oneFile("\nprocess.exit(0);"),
      "The app ended this process: process.exit(0). In Azure this would end the worker and all that it runs.\n    at ",
    ],
    [
      "a timer has no schedule",
      oneFile('app.timer("daily", { handler() {} });'),
      "daily: ✖ Invalid input: expected string, received undefined\n  → at schedule",
    ],
    [
      "a name is none in Azure",
      oneFile('app.get("1st function", { handler() {} });'),
      '"1st function" is no name for a function: a letter, then up to 127 letters, digits, - or _; not "host".',
    ],
    [
      "bindings cannot be served, all of which it names",
      oneFile(`app.storageQueue("q", { queueName: "q", connection: "C", handler() {} });
        require("durable-functions").app.entity("counter", function () {});
        app.get("g", { extraOutputs: [output.storageQueue({ queueName: "q", connection: "C" })], handler() {} });`),
      "  q: the trigger queueTrigger is not supported.\n" +
        "  counter: durable entities are not supported.\n" +
        "  g: output binding queue is not supported.\n",
    ],
    [
      "a route is not understood",
      oneFile('app.get("g", { route: "{a}{b}", handler() {} });'),
      'g: The route "api/{a}{b}" has a segment that this host does not understand: {a}{b}',
    ],
    [
      "a route's constraint is not known",
      oneFile('app.get("g", { route: "{a:odd}", handler() {} });'),
      'g: The route "api/{a:odd}" uses the constraint odd, which this host does not know.',
    ],
    [
      "a route is another function's",
      oneFile(
        'app.get("one", { route: "a/{id}", handler() {} }); app.http("two", { route: "/A/{id}/", handler() {} });',
      ),
      "two: The route specified conflicts with the route defined by function 'one'.",
    ],
    [
      "a route is the host's own",
      oneFile('app.get("g", { route: "admin/x", handler() {} });'),
      "g: The specified route conflicts with one or more built in routes.",
    ],
    [
      "an auth level does not exist",
      oneFile('app.get("g", { authLevel: "friends", handler() {} });'),
      'g: ✖ Invalid option: expected one of "anonymous"|"function"|"admin"',
    ],
    [
      "a retry policy makes no sense",
      oneFile(
        'app.timer("t", { schedule: "0 0 * * * *", retry: { strategy: "fixedDelay", maxRetryCount: -2, delayInterval: 1 }, handler() {} });',
      ),
      "t: retry cannot be used:\n✖ must be -1, for ever, or the number of retries",
    ],
    [
      "a schedule is wrong",
      oneFile('app.timer("t", { schedule: "often", handler() {} });'),
      't: the schedule cannot be used: "often" is neither',
    ],
    [
      "a setting is missing",
      oneFile('app.timer("t", { schedule: "%WHEN%", handler() {} });'),
      "t: the setting WHEN is not set.",
    ],
    [
      "a setting's name has no end",
      oneFile('app.timer("t", { schedule: "%WHEN", handler() {} });'),
      't: the % before "WHEN" has no closing one.',
    ],
    [
      "an output's name has an expression",
      putsInto("orders-{kind}"),
      's: "orders-{kind}" has an expression in braces, which this host cannot fill in.',
    ],
    ["an output's name has one in its setting", putsInto("%OUT%"), 's: "%OUT%" has an expression in braces'],
    ["an output's name has a brace", putsInto("orders}"), 's: "orders}" has an expression in braces'],
    ["an output's setting is missing", putsInto("%ABSENT%"), "s: the setting ABSENT is not set."],
    [
      "a queue has no connection",
      oneFile('app.serviceBusQueue("s", { queueName: "q", connection: "Bus", handler() {} });'),
      "s: the setting Bus must hold a Service Bus connection string.",
    ],
    [
      "a queue wants batches",
      oneFile(
        'app.serviceBusQueue("s", { queueName: "q", connection: "Bus", cardinality: "many", handler() {} });',
      ),
      'only cardinality "one" is supported',
    ],
    [
      "a queue connection needs an identity",
      {
        ...oneFile('app.serviceBusQueue("s", { queueName: "q", connection: "Bus", handler() {} });'),
        "local.settings.json": '{ "Values": { "Bus__fullyQualifiedNamespace": "n" } }',
      },
      "supports connection strings only",
    ],
    [
      "host.json is wrong",
      { ...oneFile(HELLO), "host.json": '{ "version": "1", "functionTimeout": "5" }' },
      'version: must be "2.0"',
    ],
    [
      "host.json is wrong in several places, all of which it names",
      {
        ...oneFile(HELLO),
        "host.json": `{ "version": "2.0", "functionTimeout": "soon", "logging": { "logLevel": { "default": "loud" } },
          "extensions": { "http": { "routePrefix": 1 }, "serviceBus": { "maxConcurrentCalls": 0 },
            "durableTask": { "maxConcurrentActivityFunctions": "many", "versionMatchStrategy": "Newest" } } }`,
      },
      `host.json cannot be used:
  functionTimeout: "soon" is not a time span such as 00:05:00
  logging.logLevel.default: Invalid option: expected one of "trace"|"debug"|"information"|"warning"|"error"|"critical"|"none"
  extensions.http.routePrefix: Invalid input: expected string, received number
  extensions.serviceBus.maxConcurrentCalls: Too small: expected number to be >=1
  extensions.durableTask.maxConcurrentActivityFunctions: Invalid input: expected number, received string
  extensions.durableTask.versionMatchStrategy: "Newest" is none of None, Strict, CurrentOrOlder`,
    ],
    ["host.json is no JSON", { ...oneFile(HELLO), "host.json": "{" }, "host.json is not valid JSON"],
  ])("when %s", { concurrent: true }, async (_name, files, message) => {
    const { code, output } = await refusedBy(writeApp(files));

    expect(output).toContain(message);
    expect(code).toBe(1);
  });

  test("when the port is taken", async () => {
    const first = await runHost(writeApp({ ...oneFile(HELLO) }));

    const { code, output } = await refusedBy(writeApp(oneFile(HELLO)), {
      args: ["--port", new URL(first.url).port],
    });

    await first.end("SIGKILL");
    expect(code).toBe(1);
    expect(output).toContain("is in use. Choose another one with --port.");
  });
});
