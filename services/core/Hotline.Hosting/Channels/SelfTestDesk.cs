using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.Hosting;

/// <summary>One thing without which a citizen could not submit by this channel.</summary>
/// <param name="Name">As staff read it, zh-CN.</param>
/// <param name="TryAsync">Tries it in earnest; answers null when it works, else what to do about it.</param>
public sealed record SelfTestStep(string Name, Func<CancellationToken, ValueTask<string?>> TryAsync);

/// <summary>Can a citizen submit now?</summary>
public sealed record SelfTestReport(string Channel, bool Open, DateTimeOffset At, IReadOnlyList<SelfTestResult> Steps);

/// <summary>What came of one step.</summary>
/// <param name="Remedy">What to do; null when it works.</param>
public sealed record SelfTestResult(string Name, bool Works, double Milliseconds, string? Remedy = null);

/// <summary>The self-test 自检 of a channel: what a submission needs is done, to the stable storage and back, and undone by nobody needing it.</summary>
public static partial class SelfTestDesk
{
    private const string CheckLog = "请查看本服务的日志。";

    /// <summary>Registers what a channel of its own tries beside what all channels need.</summary>
    public static void AddSelfTest(this IServiceCollection services, ServiceDescription service, string name, Func<IServiceProvider, CancellationToken, ValueTask<string?>> tryAsync) =>
        services.AddKeyedSingleton(service.Name, (provider, _) => new SelfTestStep(name, cancellation => tryAsync(provider, cancellation)));

    public static void MapSelfTest(this IEndpointRouteBuilder channel, ServiceDescription service) =>
        channel.MapGet("/self-test", async (HttpContext http, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation) =>
        {
            var services = http.RequestServices;
            var intake = services.GetRequiredKeyedService<AppealIntake>(service.Name);
            SelfTestStep[] steps = [new SelfTestStep("编号、加密与存储", token => StoreAsync(intake, token)), .. services.GetKeyedServices<SelfTestStep>(service.Name)];
            var results = new List<SelfTestResult>();
            foreach (var step in steps)
            {
                results.Add(await RunAsync(step, time, loggers.CreateLogger(typeof(SelfTestDesk)), cancellation));
            }

            var open = results.All(static result => result.Works);
            return TypedResults.Json(new SelfTestReport(intake.Channel.Name, open, time.GetUtcNow(), results), SelfTestJson.Default.SelfTestReport); // 200: the test was made
        }).RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Auditor, Roles.Administrator);

    private static async ValueTask<string?> StoreAsync(AppealIntake intake, CancellationToken cancellation)
    {
        var reserved = await intake.ReserveAsync(cancellation); // the number is never used: a gap
        byte[] sample = [.. "自检"u8, .. reserved.Id.ToByteArray()];
        var kept = await intake.KeepAsync(reserved.Id, sample, cancellation);
        var back = await intake.KeptAsync(reserved.Id, kept, cancellation);
        return !intake.Codes.Check(reserved.Id, reserved.Code) ? "提取码核对不上，密钥文件可能被替换，请恢复备份的密钥。"
            : back is null || !back.AsSpan().SequenceEqual(sample) ? "写入的内容读不回来，请检查磁盘和密钥文件。"
            : null;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever stops a step is its result; the report says so and the log has it whole.")]
    private static async ValueTask<SelfTestResult> RunAsync(SelfTestStep step, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        string? remedy;
        try
        {
            remedy = await step.TryAsync(cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(logger, step.Name, failure);
            remedy = CheckLog;
        }

        return new SelfTestResult(step.Name, remedy is null, Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1), remedy);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Self-test: {Step} failed.")]
    private static partial void LogFailed(ILogger logger, string step, Exception failure);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SelfTestReport))]
internal sealed partial class SelfTestJson : JsonSerializerContext;
