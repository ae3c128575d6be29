namespace DurableExtensionHost;

/// <summary>What the app says, a line each: exactly one member is there.</summary>
/// <param name="Open">A hub is to be opened; <c>ready</c> or <c>failed</c> is the answer.</param>
/// <param name="Close">Name of the hub that is to be closed; <c>closed</c> is the answer.</param>
/// <param name="Done">What a function came to.</param>
internal sealed record Message(Settings? Open, string? Close, Reply? Done);

/// <summary>One task hub.</summary>
/// <param name="Hub">Its name: letters and digits.</param>
/// <param name="WebHook">Where the app serves the extension's public API, with its key as <c>?code=</c>.</param>
/// <param name="Configuration">As the Functions host makes it of host.json and of the app's settings.</param>
/// <param name="Orchestrators">Names of the app's functions.</param>
/// <param name="Activities">Names of the app's functions.</param>
internal sealed record Settings(
    string Hub,
    Uri WebHook,
    Dictionary<string, string?> Configuration,
    string[] Orchestrators,
    string[] Activities);

/// <summary>What a function of the app came to: a value, none, or an error.</summary>
internal sealed record Reply(long Call, TypedData? Value, WorkerError? Error);

internal sealed record WorkerError(string Message, string Stack);
