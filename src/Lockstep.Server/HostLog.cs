using Microsoft.Extensions.Logging.Console;

namespace Lockstep.Server;

/// <summary>Where log lines go: standard error, or a file that only its owner may read.</summary>
internal static class HostLog
{
    internal static void AddLockstepLog(this ILoggingBuilder logging, HostOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (options.LogFile is { } file)
        {
            logging.Services.AddSingleton<ILoggerProvider>(new FileLog(file, options.Time));
        }
        else
        {
            logging.AddSimpleConsole(
                console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "HH:mm:ss ", true));
            logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }
    }
}

/// <summary>Appends log lines to a file.</summary>
internal sealed class FileLog : ILoggerProvider
{
    private readonly StreamWriter _writer;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    internal FileLog(string path, TimeProvider time)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        (_writer, _time) = (new StreamWriter(file) { AutoFlush = true }, time);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Lines(this);

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Write(LogLevel level, string text, Exception? exception)
    {
        lock (_lock)
        {
            _writer.WriteLine($"{_time.GetUtcNow():O} {level} {text}{(exception is null ? string.Empty : $" | {exception}")}");
        }
    }

    private sealed class Lines(FileLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(logLevel, formatter(state, exception), exception);
    }
}
