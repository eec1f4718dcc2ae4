using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;

namespace Hotline.SystemTests;

/// <summary>
/// Citizens who submit one appeal after another and do as real apps do: try again with the same key until there is a receipt, sometimes
/// send twice at once, sometimes once more after. Seeded, so that a run can be repeated.
/// </summary>
public sealed class Crowd(RunningHotline hotline, Ledger ledger, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private int _refused;

    /// <summary>Answers other than a receipt, and broken connections.</summary>
    public int Refused => _refused;

    /// <param name="until">When no new submissions begin; each citizen still waits for his last receipt.</param>
    public Task RunAsync(int citizens, CancellationToken until) =>
        Task.WhenAll(Enumerable.Range(0, citizens).Select(citizen => Task.Run(() => LiveAsync(new Random(seed + citizen), citizen, until), CancellationToken.None)));

    private async Task LiveAsync(Random random, int citizen, CancellationToken until)
    {
        using var app = new AppClient(hotline.NewHttp(), new PracticeDevice(TimeProvider.System));
        using var patience = new CancellationTokenSource();
        var text = $"第{citizen}位市民反映：路口的红绿灯已经坏了三天，早晚高峰车辆和行人抢道，十分危险，请尽快派人维修。";
        var count = 0;
        using var soonOver = until.Register(() => patience.CancelAfter(Patience));
        while (!until.IsCancellationRequested)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{seed}-{citizen}-{count++}");
            ledger.Attempt(key);
            var sends = new List<Task> { SendAsync(app, key, text, patience.Token) };
            if (random.Next(100) < 10)
            {
                sends.Add(SendAsync(app, key, text, patience.Token));
            }

            await Task.WhenAll(sends);
            if (random.Next(100) < 10)
            {
                await SendAsync(app, key, text, patience.Token);
            }
        }
    }

    private async Task SendAsync(AppClient app, string key, string text, CancellationToken patience)
    {
        while (!patience.IsCancellationRequested)
        {
            try
            {
                if (app.Device.Token is null)
                {
                    await app.RegisterAsync(patience);
                }

                var body = new JsonObject { ["text"] = text, ["contact"] = new JsonObject { ["phone"] = "13000000000" } };
                using var answer = await app.SubmitAsync(AppClient.Json(body.ToJsonString()), key, patience);
                if (answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK)
                {
                    ledger.Acknowledge(key, (await AppClient.ReadAsync(answer, patience))["number"]!.GetValue<string>());
                    return;
                }
            }
            catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException or IOException or JsonException)
            {
                // killed under us, or not up yet: the same submission goes out again
            }

            Interlocked.Increment(ref _refused);
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, CancellationToken.None);
        }
    }
}
