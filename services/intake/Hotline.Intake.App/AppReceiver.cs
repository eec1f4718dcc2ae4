using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.App.Devices;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.App;

/// <summary>The app's requests: prove the device, keep the bytes, understand them, receive once, answer.</summary>
internal sealed class AppReceiver(
    [FromKeyedServices(AppChannel.Name)] AppealIntake intake,
    [FromKeyedServices(AppChannel.Name)] AppealWatch watch,
    DeviceTokens devices,
    IOptions<AppOptions> options) : IDisposable
{
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 100;
    private readonly SemaphoreSlim _uploads = new(options.Value.Uploads);

    /// <summary>A parsed submission, or the answer that says why there is none.</summary>
    private readonly record struct Understood<T>(T? Value, IReadOnlyList<ReceivedFile> Files, IResult? Problem);

    public async Task<IResult> RegisterAsync(HttpContext http)
    {
        var check = devices.CheckRegistration(http.Request);
        if (check.Device is null)
        {
            return Refuse(http, check);
        }

        using var body = await RequestBytes.ReadAsync(http.Request, 4096, http.RequestAborted);
        var registration = Parse(body.Content.Span, AppJson.Default.DeviceRegistration, out var error);
        var key = registration?.Jwk is { } jwk ? DeviceKey.From(jwk.Kty, jwk.Crv, jwk.X, jwk.Y) : null;
        return error is { } field ? Problems.Invalid(field)
            : key is null ? Problems.Invalid(new FieldError("jwk", "应为 P-256 公钥：kty=EC、crv=P-256、x、y。"))
            : key.Thumbprint != check.Device ? Problems.Invalid(new FieldError("jwk", "与 DPoP 证明中的公钥不是同一把。"))
            : TypedResults.Json(new DeviceToken(devices.Issue(key.Thumbprint), "DPoP", (int)devices.Life.TotalSeconds), AppJson.Default.DeviceToken, statusCode: StatusCodes.Status201Created);
    }

    public async Task<IResult> ReceiveAsync(HttpContext http)
    {
        if (Prove(http, out var device, out var key) is { } refused)
        {
            return refused;
        }

        using var upload = await EnterAsync(http.Request, http.RequestAborted);
        using var body = await RequestBytes.ReadAsync(http.Request, upload.MostBytes, http.RequestAborted);
        var original = new Original(body.Content, http.Request.ContentType ?? "");
        var understood = await UnderstandAsync(device, original, body, AppJson.Default.AppAppeal, AppNormalizer.Check, http.RequestAborted);
        if (understood.Value is not { } appeal)
        {
            return understood.Problem!;
        }

        var draft = AppNormalizer.Normalize(appeal, device, key, understood.Files);
        var (receipt, stored) = await intake.ReceiveAsync(draft, original, http.RequestAborted);
        if (receipt.Repeated && !IsSame(draft, stored))
        {
            return Problems.Of(
                StatusCodes.Status422UnprocessableEntity, $"这个 {KeyHeader} 已用于另一件诉求 {receipt.Number}，本次内容与之不同，没有受理。", $"新的诉求请换一个 {KeyHeader}；要补充请用 supplements。");
        }

        var track = $"{AppChannel.Service.Prefixes[0]}/appeals/{receipt.Number}";
        http.Response.Headers.Location = track;
        return TypedResults.Json(
            new AppReceipt(receipt.Number, receipt.Code, receipt.ReceivedAt, track, receipt.Repeated, FilesOf(stored.Attachments)),
            AppJson.Default.AppReceipt,
            statusCode: receipt.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    public Task<IResult> SupplementAsync(HttpContext http) =>
        AddAsync(http, AppJson.Default.AppSupplement, AppNormalizer.Check, (appeal, key, supplement, files, original) =>
            intake.SupplementAsync(appeal, key, TextCleaner.Clean(supplement.Text), files, original, http.RequestAborted));

    public Task<IResult> UrgeAsync(HttpContext http) =>
        AddAsync(http, AppJson.Default.AppUrge, urge => AppNormalizer.CheckNote("text", urge.Text), (appeal, key, urge, _, original) =>
            intake.UrgeAsync(appeal, key, urge.Text is null ? null : TextCleaner.Clean(urge.Text), original, http.RequestAborted));

    public Task<IResult> WithdrawAsync(HttpContext http) =>
        AddAsync(http, AppJson.Default.AppWithdrawal, withdrawal => AppNormalizer.CheckNote("reason", withdrawal.Reason), (appeal, key, withdrawal, _, original) =>
            intake.WithdrawAsync(appeal, key, withdrawal.Reason is null ? null : TextCleaner.Clean(withdrawal.Reason), original, http.RequestAborted));

    public void Dispose() => _uploads.Dispose();

    private async Task<IResult> AddAsync<T>(
        HttpContext http,
        JsonTypeInfo<T> json,
        Func<T, IReadOnlyList<FieldError>> check,
        Func<Document<ReceivedAppeal>, string, T, IReadOnlyList<ReceivedFile>, Original, ValueTask<Document<ReceivedAppeal>>> add)
        where T : class
    {
        if (Prove(http, out var device, out var key) is { } refused)
        {
            return refused;
        }

        var number = (string)http.Request.RouteValues["number"]!;
        var (appeal, problem) = await AppealTracking.FindAsync(http, AppChannel.Service, number, http.RequestAborted);
        if (appeal is null)
        {
            return problem!;
        }

        using var upload = await EnterAsync(http.Request, http.RequestAborted);
        using var body = await RequestBytes.ReadAsync(http.Request, upload.MostBytes, http.RequestAborted);
        var original = new Original(body.Content, http.Request.ContentType ?? "");
        var understood = await UnderstandAsync(device, original, body, json, check, http.RequestAborted);
        if (understood.Value is not { } value)
        {
            return understood.Problem!;
        }

        var after = await add(appeal, key, value, understood.Files, original);
        watch.Changed(after.Id);
        return TypedResults.Ok(AppealTracking.Show(after.State));
    }

    /// <returns>Null when the request comes from a device that holds its key and names its submission.</returns>
    private ProblemHttpResult? Prove(HttpContext http, out string device, out string key)
    {
        (device, key) = ("", "");
        var check = devices.Check(http.Request);
        if (check.Device is null)
        {
            return Refuse(http, check);
        }

        if (http.Request.Headers[KeyHeader] is not [{ Length: > 0 and <= LongestKey } given] || given.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Problems.Invalid(new FieldError(KeyHeader, $"请在请求头 {KeyHeader} 中给出本次提交的编号（1 到 {LongestKey} 个可见 ASCII 字符，建议用 UUID），重试时保持不变。"));
        }

        (device, key) = (check.Device, given);
        return null;
    }

    private static ProblemHttpResult Refuse(HttpContext http, DeviceCheck check)
    {
        http.Response.Headers.WWWAuthenticate = $"DPoP error=\"{check.Error}\", algs=\"ES256\"";
        return Problems.Of(StatusCodes.Status401Unauthorized, "设备没有通过验证。", check.Reason!);
    }

    /// <summary>From bytes to a checked value. What is not of a form we know is kept for a person before the sender is told.</summary>
    private async ValueTask<Understood<T>> UnderstandAsync<T>(
        string device, Original original, RequestBytes body, JsonTypeInfo<T> json, Func<T, IReadOnlyList<FieldError>> check, CancellationToken cancellation)
        where T : class
    {
        var (form, problem) = await AppForm.ReadAsync(original.ContentType, body, cancellation);
        FieldError? error = null;
        var value = form is null ? null : Parse(form.Json.Span, json, out error);
        if (value is null)
        {
            var why = problem ?? error!.Value.Message;
            var item = await intake.KeepForReviewAsync(device, original, why, cancellation);
            return new(null, [], Problems.Of(
                StatusCodes.Status400BadRequest,
                $"内容无法读取，原文已保存待人工核查（{item.Id:N}）。",
                "请按接口说明改正后重新提交。",
                new() { [error?.Field ?? "body"] = [why] }));
        }

        var errors = check(value);
        return errors.Count > 0 ? new(null, [], Problems.Invalid(errors)) : new(value, form!.Files, null);
    }

    private static T? Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, out FieldError? error)
        where T : class
    {
        error = null;
        try
        {
            if (JsonSerializer.Deserialize(json, type) is { } value)
            {
                return value;
            }

            error = new FieldError("body", "内容是 null，应为 JSON 对象。");
        }
        catch (JsonException unreadable)
        {
            var field = unreadable.Path is { Length: > 2 } path ? path[2..] : "body";
            error = new FieldError(field, field == "body" ? $"不是有效的 JSON（第 {unreadable.LineNumber + 1} 行）。" : "没有这个字段，或值的类型不对。");
        }
        catch (InvalidOperationException)
        {
            error = new FieldError("body", "文字不是有效的 Unicode（半个代理对）。");
        }

        return null;
    }

    /// <summary>The same submission again, as far as the citizen's own words and files go.</summary>
    private static bool IsSame(AppealDraft draft, Appeal stored) =>
        draft.Text == stored.Text && draft.Title == stored.Title && draft.Nature == stored.Nature && draft.Category == stored.Category && draft.Place == stored.Place
        && draft.OccurredAt == stored.OccurredAt && draft.Anonymous == stored.Anonymous && draft.Confidential == stored.Confidential
        && draft.Files.Select(file => file.Attachment.Sha256).SequenceEqual(stored.Attachments.Select(attachment => attachment.Sha256));

    private static IReadOnlyList<AppFile> FilesOf(IReadOnlyList<Attachment> attachments) =>
        attachments.Count == 0 ? [] : [.. attachments.Select(file => new AppFile(file.Name, file.MediaType, file.Size, file.Sha256, file.Refused))];

    /// <summary>Uploads take turns, for each is held in memory; plain appeals do not wait for them.</summary>
    private async ValueTask<Turn> EnterAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return new Turn(null, options.Value.JsonBytes);
        }

        await _uploads.WaitAsync(cancellation);
        return new Turn(_uploads, options.Value.MultipartBytes);
    }

    private readonly struct Turn(SemaphoreSlim? uploads, int mostBytes) : IDisposable
    {
        public int MostBytes { get; } = mostBytes;

        public void Dispose() => uploads?.Release();
    }
}
