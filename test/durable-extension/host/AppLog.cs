using Microsoft.Extensions.Logging;

namespace DurableExtensionHost;

/// <summary>Hands what is logged here to the app.</summary>
internal sealed class AppLog(App app, string hub) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var message = formatter(state, exception);
        app.Send(new
        {
            kind = "log",
            hub,
            level = logLevel.ToString(),
            message = exception is null ? message : $"{message} {exception}",
        });
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
