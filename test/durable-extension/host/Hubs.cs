using System.Collections.Concurrent;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

#pragma warning disable CS0618 // IWebHookProvider: nothing else tells the extension its public address.

namespace DurableExtensionHost;

/// <summary>The task hubs of this process, each with a WebJobs host of its own: a process takes a second to start.</summary>
internal sealed class Hubs(App app)
{
    private readonly ConcurrentDictionary<string, IHost> hosts = new();

    /// <summary>Opens a hub. Whatever goes wrong is told to the app, which waits for an answer.</summary>
    public async Task OpenAsync(Settings settings)
    {
        try
        {
            var host = this.hosts[settings.Hub] = HostOf(settings);
            await host.StartAsync();
            await host.Services.GetRequiredService<IJobHost>().CallAsync(EmittedFunctions.TellClientBinding);
        }
        catch (Exception error)
        {
            app.Send(new { kind = "failed", hub = settings.Hub, message = error.ToString() });
        }
    }

    /// <summary>Lets what runs in a hub finish, and closes it.</summary>
    public async Task CloseAsync(string hub)
    {
        if (this.hosts.TryRemove(hub, out var host))
        {
            await host.StopAsync();
            host.Dispose();
        }

        app.Send(new { kind = "closed", hub });
    }

    private IHost HostOf(Settings settings) =>
        new HostBuilder()
            .ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(settings.Configuration))
            .ConfigureLogging(logging =>
                logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new AppLog(app, settings.Hub)))
            .ConfigureWebJobs(jobs =>
            {
                // It names the locks of WebJobs, which hosts of one hub share.
                jobs.UseHostId(settings.Hub.ToLowerInvariant());
                jobs.AddAzureStorageCoreServices();
                jobs.AddDurableTask(options => options.HubName = settings.Hub);
            })
            .ConfigureServices(services =>
            {
                services.AddSingleton(EmittedFunctions.Emit(settings));
                services.AddSingleton<IWebHookProvider>(new WebHook(settings.WebHook));
            })
            .Build();

    private sealed class WebHook(Uri address) : IWebHookProvider
    {
        public Uri GetUrl(IExtensionConfigProvider extension) => address;
    }
}
