using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace DurableExtensionHost;

/// <summary>
/// The app's process, at the other end of the standard streams: a line of JSON is a message. It is the parent of this one,
/// and this one does not outlive it.
/// </summary>
internal sealed class App(TextReader reader, TextWriter writer)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<long, TaskCompletionSource<Reply>> calls = new();
    private long lastCall;

    /// <summary>Runs a function of the app. Throws what the worker's failure becomes in the Functions host.</summary>
    public async Task<object?> RunAsync(string hub, string kind, string name, string instanceId, string? input)
    {
        var call = Interlocked.Increment(ref this.lastCall);
        var source = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        this.calls[call] = source;
        this.Send(new { kind, hub, call, name, instanceId, input });
        var reply = await source.Task;
        return reply.Error is null ? reply.Value?.ToObject() : throw new WorkerFailure(reply.Error);
    }

    /// <param name="message">Becomes one line.</param>
    public void Send(object message)
    {
        var line = JsonSerializer.Serialize(message, Json);
        lock (writer)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }

    /// <summary>Follows the app's messages for as long as it lives, and then ends this process at once.</summary>
    public void Follow(Action<Settings> open, Action<string> close)
    {
        while (reader.ReadLine() is { } line)
        {
            switch (JsonSerializer.Deserialize<Message>(line, Json))
            {
                case { Done: { } reply } when this.calls.TryRemove(reply.Call, out var source):
                    source.SetResult(reply);
                    break;
                case { Open: { } settings }:
                    open(settings);
                    break;
                case { Close: { } hub }:
                    close(hub);
                    break;
                default:
                    throw new InvalidDataException($"The app said what nobody understands: {line}");
            }
        }

        // What ran in the app has neither succeeded nor failed, and nobody here may say anything about it.
        Process.GetCurrentProcess().Kill();
    }
}
