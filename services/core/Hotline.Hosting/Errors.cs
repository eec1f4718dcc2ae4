using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.Hosting;

/// <summary>Turns whatever goes wrong into problem details; what the client sees never tells of the inside.</summary>
internal static partial class Errors
{
    private const int RetryAfterSeconds = 2;

    public static void Add(IServiceCollection services)
    {
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(static options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, HostingJson.Default);
            options.SerializerOptions.AllowDuplicateProperties = false; // of two equal members one would silently win
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // answers are JSON, never part of a page
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void Use(IApplicationBuilder application)
    {
        application.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = HandleAsync,
            SuppressDiagnosticsCallback = static context => context.Exception is EngineAwayException or BadHttpRequestException,
        });
        application.Use(static next => async http =>
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400 and < 600, ContentLength: null, ContentType: null or "" })
            {
                await SayAsync(http);
            }
        });
    }

    /// <summary>Words for a bare status. UseStatusCodePages would do it, at 400 bytes for each request that has none.</summary>
    private static Task SayAsync(HttpContext http)
    {
        var status = http.Response.StatusCode;
        var (detail, remedy) = status switch
        {
            StatusCodes.Status401Unauthorized => ("需要先登录。", "请带上有效的访问令牌：Authorization: Bearer …"),
            StatusCodes.Status403Forbidden => ("当前账号没有做这件事的权限。", "请由有相应角色的人员办理，或联系管理员。"),
            StatusCodes.Status404NotFound => ("没有这个地址。", "请核对路径。"),
            StatusCodes.Status405MethodNotAllowed => ("这个地址不接受该方法。", "请按 Allow 头给出的方法访问。"),
            StatusCodes.Status415UnsupportedMediaType => ("不支持这种内容类型。", "请使用 Content-Type: application/json。"),
            StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout => ("这项服务暂时没有应答。", "请稍后用同一请求重试。"),
            _ => ("请求没有成功。", "请核对请求后重试。"),
        };
        return Problems.Of(status, detail, remedy).ExecuteAsync(http);
    }

    private static async Task HandleAsync(HttpContext http)
    {
        var failure = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        var (status, detail, remedy) = failure switch
        {
            EngineAwayException { DiskFull: true } => (StatusCodes.Status507InsufficientStorage, "存储空间已满，本次没有受理。", "请稍后用同一请求重试，不会重复受理。"),
            EngineAwayException => (StatusCodes.Status503ServiceUnavailable, "系统暂时无法保存，本次没有受理。", "请稍后用同一请求重试，不会重复受理。"),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, "内容过大。", "请减少或压缩附件后重试。"),
            BadHttpRequestException bad => (bad.StatusCode, "请求的格式不正确：" + PlaceOf(bad), "请按接口说明改正后重新提交。"),
            _ => (StatusCodes.Status500InternalServerError, "系统内部错误，本次没有受理。", "请稍后用同一请求重试；若仍失败请联系管理员。"),
        };
        if (failure is EngineAwayException)
        {
            http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }
        else if (status == StatusCodes.Status500InternalServerError && failure is not null)
        {
            // The exception's message may quote what a citizen wrote.
            LogFailure(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Hotline.Errors"), failure.GetType().Name, failure.StackTrace);
        }

        SecurityHeaders.Fill(http.Response.Headers);
        await Problems.Of(status, detail, remedy).ExecuteAsync(http);
    }

    private static string PlaceOf(BadHttpRequestException bad) => bad.InnerException is System.Text.Json.JsonException { Path: { Length: > 0 } path } ? $"位置 {path}" : "无法读取";

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed: {Failure}{StackTrace}")]
    private static partial void LogFailure(ILogger logger, string failure, string? stackTrace);
}
