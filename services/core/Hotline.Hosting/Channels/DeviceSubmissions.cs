using System.Text.Json.Serialization.Metadata;
using Hotline.Intake;
using Hotline.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hotline.Hosting;

/// <summary>A submission of a device: proven, read and checked.</summary>
/// <param name="Device">The thumbprint of the device's key.</param>
/// <param name="Key">The device's own id of this submission.</param>
public sealed record DeviceSubmission<T>(string Device, string Key, T Value, IReadOnlyList<ReceivedFile> Files, Original Original);

/// <summary>
/// The way of a device's submission to a channel: prove the device, keep the bytes, understand and check them. What is not of a form we
/// know is kept for a person before the sender is told.
/// </summary>
public sealed class DeviceSubmissions(ServiceDescription service, AppealIntake intake, AppealWatch watch, DeviceTokens devices, UploadLimits limits) : IDisposable
{
    /// <summary>The header with the device's own id of a submission, by which repeats are told.</summary>
    public const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 100;
    private readonly UploadTurns _uploads = new(limits);

    /// <summary>Reads a submission and hands it on; answers itself when there is none to hand on.</summary>
    public Task<IResult> ReceiveAsync<T>(
        HttpContext http, JsonTypeInfo<T> json, Func<T, IReadOnlyList<FieldError>> check, Func<DeviceSubmission<T>, ValueTask<IResult>> receive)
        where T : class =>
        Prove(http, out var device, out var key) is { } refused ? Task.FromResult<IResult>(refused) : ReadAsync(http, device, key, json, check, receive);

    /// <summary>Reads what a citizen adds to the appeal the path names, adds it, and shows the appeal.</summary>
    public async Task<IResult> AddAsync<T>(
        HttpContext http,
        JsonTypeInfo<T> json,
        Func<T, IReadOnlyList<FieldError>> check,
        Func<Document<ReceivedAppeal>, DeviceSubmission<T>, ValueTask<Document<ReceivedAppeal>>> add)
        where T : class
    {
        if (Prove(http, out var device, out var key) is { } refused)
        {
            return refused;
        }

        var number = (string)http.Request.RouteValues["number"]!;
        var (appeal, problem) = await AppealTracking.FindAsync(http, service, number, http.RequestAborted);
        return appeal is null ? problem! : await ReadAsync(http, device, key, json, check, async submission =>
        {
            var after = await add(appeal, submission);
            watch.Changed(after.Id);
            return TypedResults.Ok(AppealTracking.Show(after.State));
        });
    }

    public void Dispose() => _uploads.Dispose();

    private async Task<IResult> ReadAsync<T>(
        HttpContext http, string device, string key, JsonTypeInfo<T> json, Func<T, IReadOnlyList<FieldError>> check, Func<DeviceSubmission<T>, ValueTask<IResult>> receive)
        where T : class
    {
        using var upload = await _uploads.EnterAsync(http, http.RequestAborted);
        using var body = await RequestBytes.ReadAsync(http.Request, upload.MostBytes, http.RequestAborted);
        var original = new Original(body.Content, http.Request.ContentType ?? "");
        var (form, problem) = await SubmissionForm.ReadAsync(original.ContentType, body, http.RequestAborted);
        FieldError? error = null;
        var value = form is null ? null : SubmissionJson.Parse(form.Json.Span, json, out error);
        if (value is null)
        {
            var why = problem ?? error!.Value.Message;
            var item = await intake.KeepForReviewAsync(device, original, why, http.RequestAborted);
            return Problems.Of(
                StatusCodes.Status400BadRequest,
                $"内容无法读取，原文已保存待人工核查（{item.Id:N}）。",
                "请按接口说明改正后重新提交。",
                new() { [error?.Field ?? "body"] = [why] });
        }

        var errors = check(value);
        return errors.Count > 0 ? Problems.Invalid(errors) : await receive(new(device, key, value, form!.Files, original));
    }

    /// <returns>Null when the request comes from a device that holds its key and names its submission.</returns>
    private ProblemHttpResult? Prove(HttpContext http, out string device, out string key)
    {
        (device, key) = ("", "");
        var check = devices.Check(http.Request);
        if (check.Device is null)
        {
            return DeviceDesk.Refuse(http, check);
        }

        if (http.Request.Headers[KeyHeader] is not [{ Length: > 0 and <= LongestKey } given] || given.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Problems.Invalid(new FieldError(KeyHeader, $"请在请求头 {KeyHeader} 中给出本次提交的编号（1 到 {LongestKey} 个可见 ASCII 字符，建议用 UUID），重试时保持不变。"));
        }

        (device, key) = (check.Device, given);
        return null;
    }
}

/// <summary>What a channel for devices registers beside its intake.</summary>
public static class DeviceExtensions
{
    /// <summary>Gives a channel's service its devices' tokens and the reading of their submissions, both keyed by the service's name.</summary>
    public static void AddDevices(
        this IHostApplicationBuilder builder, ServiceDescription service, Func<IServiceProvider, DeviceLimits> devices, Func<IServiceProvider, UploadLimits> uploads)
    {
        builder.Services.AddKeyedSingleton(service.Name, (services, _) => new DeviceTokens(
            service, services.GetRequiredService<IServiceKeys>(), devices(services), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddKeyedSingleton(service.Name, (services, _) => new DeviceSubmissions(
            service,
            services.GetRequiredKeyedService<AppealIntake>(service.Name),
            services.GetRequiredKeyedService<AppealWatch>(service.Name),
            services.GetRequiredKeyedService<DeviceTokens>(service.Name),
            uploads(services)));
    }
}
