using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hotline.Hosting;

/// <summary>Traces and metrics by OTLP, when <c>Hotline:Otlp</c> names a collector; without it nothing is built.</summary>
internal static class Telemetry
{
    public static void Add(IHostApplicationBuilder builder)
    {
        if (builder.Configuration["Hotline:Otlp"] is not { Length: > 0 } address)
        {
            return;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var collector))
        {
            throw new InvalidOperationException($"Hotline:Otlp is '{address}': it must be the address of an OTLP collector, for example http://127.0.0.1:4317.");
        }

        // ASP.NET Core puts its tags on spans only when asked: the instrumentation package, which does not restore everywhere, would do it.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var resource = ResourceBuilder.CreateDefault().AddService("hotline");
        builder.Services.AddHostedService(_ => new Exporters(
            Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource("Microsoft.AspNetCore").AddProcessor(new NoNumbers()).AddOtlpExporter(options => options.Endpoint = collector).Build(),
            Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter("Microsoft.AspNetCore.Hosting", "Hotline.*").AddOtlpExporter(options => options.Endpoint = collector).Build()));
    }

    /// <summary>Paths hold the numbers of appeals, and queries whatever a client puts there: spans keep the route only.</summary>
    private sealed class NoNumbers : BaseProcessor<System.Diagnostics.Activity>
    {
        public override void OnEnd(System.Diagnostics.Activity data)
        {
            data.SetTag("url.path", data.GetTagItem("http.route"));
            data.SetTag("url.query", null);
        }
    }

    private sealed class Exporters(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.Dispose();
            metrics.Dispose();
            return Task.CompletedTask;
        }
    }
}
