using DurableExtensionHost;

using var input = new StreamReader(Console.OpenStandardInput());
using var output = new StreamWriter(Console.OpenStandardOutput());

// What libraries print must not get among the messages.
Console.SetOut(Console.Error);

// The extension learns from it which protocol the app speaks.
Environment.SetEnvironmentVariable("FUNCTIONS_WORKER_RUNTIME", "node");

var app = new App(input, output);
var hubs = new Hubs(app);
EmittedFunctions.App = app;
app.Follow(
    settings => Task.Run(() => hubs.OpenAsync(settings)),
    hub => Task.Run(() => hubs.CloseAsync(hub)));
