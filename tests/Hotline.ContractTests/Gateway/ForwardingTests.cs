using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Hotline.ContractTests.EventLog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hotline.ContractTests.Gateway;

/// <summary>What the gateway does when a service is away, breaks off, stalls, or there are two of it.</summary>
public sealed class ForwardingTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-forwarding-").FullName;
    private readonly List<IAsyncDisposable> _running = [];
    private readonly HttpClient _http = new();
    private int _asked;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _http.Dispose();
        foreach (var running in Enumerable.Reverse(_running))
        {
            await running.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_request_waits_for_a_service_that_starts_anew_and_is_done_once()
    {
        var port = FreePorts.Next();
        await GatewayAsync($"http://127.0.0.1:{port}");
        var answer = PostAsync("路灯不亮");
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        Assert.False(answer.IsCompleted);
        await ServiceAsync(Echo, port);
        Assert.Equal((HttpStatusCode.OK, "路灯不亮"), await answer);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_service_that_stays_away_is_said_with_what_to_do()
    {
        await GatewayAsync($"http://127.0.0.1:{FreePorts.Next()}", "--Hotline:Gateway:PatienceSeconds=1");
        var (status, text) = await PostAsync("x");
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("稍后用同一请求重试", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_instances_the_one_that_lives_answers_everything()
    {
        var (one, two) = (await ServiceAsync(Echo), await ServiceAsync(Echo));
        await GatewayAsync($"{one.Urls.Single()}, {two.Urls.Single()}");
        await one.StopAsync();
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal((HttpStatusCode.OK, $"第{i}件"), await PostAsync($"第{i}件"));
        }

        Assert.Equal(40, _asked);
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("GET", 3)]
    public async Task What_was_sent_and_broke_off_is_repeated_only_where_it_reads(string method, int times)
    {
        var service = await ServiceAsync(http =>
        {
            Interlocked.Increment(ref _asked);
            http.Abort();
            return Task.CompletedTask;
        });
        await GatewayAsync(service.Urls.Single());
        using var request = new HttpRequestMessage(new HttpMethod(method), "/intake/app/appeals");
        request.Content = method == "POST" ? new StringContent("x") : null;
        using var answer = await _http.SendAsync(request);
        Assert.Equal((HttpStatusCode.BadGateway, times), (answer.StatusCode, _asked));
    }

    [Fact]
    public async Task An_upload_is_passed_on_while_it_comes()
    {
        var began = new TaskCompletionSource<int>();
        var service = await ServiceAsync(async http =>
        {
            var buffer = new byte[16];
            began.SetResult(await http.Request.Body.ReadAsync(buffer, http.RequestAborted));
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
        });
        await GatewayAsync(service.Urls.Single());
        using var content = new SlowUpload(new byte[65_536], began.Task);
        using var answer = await _http.PostAsync(new Uri("/intake/app/appeals", UriKind.Relative), content).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((HttpStatusCode.OK, 16), (answer.StatusCode, await began.Task));
    }

    [Fact]
    public async Task A_service_that_stalls_is_given_up_and_not_asked_again()
    {
        var service = await ServiceAsync(async http =>
        {
            Interlocked.Increment(ref _asked);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        await GatewayAsync(service.Urls.Single(), "--Hotline:Gateway:StalledSeconds=20");
        using var answer = await _http.GetAsync(new Uri("/intake/app/appeals", UriKind.Relative));
        Assert.Equal((HttpStatusCode.GatewayTimeout, 1), (answer.StatusCode, _asked));
    }

    [Fact]
    public async Task No_metric_tells_that_the_supervision_line_was_asked()
    {
        var service = await ServiceAsync(Echo);
        await GatewayAsync(service.Urls.Single(), $"--Hotline:Gateway:supervision-line={service.Urls.Single()}");
        var routes = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "http.server.request.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                routes.Add($"{tag.Value}");
            }
        });
        listener.Start();
        using var content = new StringContent("x");
        using var report = await _http.PostAsync(new Uri("/supervision/reports", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, report.StatusCode);
        await PostAsync("x");
        await Eventually.BecomesAsync(() => Task.FromResult(routes.Any(route => route.Contains("/intake/app/", StringComparison.Ordinal))));
        Assert.DoesNotContain(routes, route => route.Contains("supervision", StringComparison.Ordinal));
    }

    private async Task<(HttpStatusCode Status, string Text)> PostAsync(string text)
    {
        using var content = new StringContent(text);
        using var answer = await _http.PostAsync(new Uri("/intake/app/appeals", UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task Echo(HttpContext http)
    {
        Interlocked.Add(ref _asked, HttpMethods.IsPost(http.Request.Method) ? 1 : 0); // and not whether it is well
        http.Response.ContentType = http.Request.ContentType;
        return http.Request.Body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private async Task<WebApplication> ServiceAsync(RequestDelegate answer, int port = 0)
    {
        var service = WebApplication.CreateSlimBuilder().Build();
        service.Urls.Add($"http://127.0.0.1:{port}");
        service.Run(answer);
        await service.StartAsync();
        _running.Add(service);
        return service;
    }

    private async Task GatewayAsync(string addresses, params string[] options)
    {
        var gateway = await GatewayHost.StartAsync(
            [$"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", "--Hotline:EdgeKey=a secret of this test", $"--Hotline:Gateway:intake-app={addresses}", .. options]);
        _running.Add(gateway);
        _http.BaseAddress = new Uri(gateway.Urls.Single());
    }

    /// <summary>Sends its first bytes, and the end only when somebody has them.</summary>
    private sealed class SlowUpload(byte[] first, Task arrived) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(first);
            await stream.FlushAsync();
            await arrived;
            await stream.WriteAsync(Encoding.ASCII.GetBytes("end"));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
