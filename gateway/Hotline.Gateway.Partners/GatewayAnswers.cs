using System.Text.Json;
using Hotline.Hosting;
using Ocelot.Errors;
using Ocelot.Middleware;
using Ocelot.Responder;

namespace Hotline.Gateway.Partners;

/// <summary>Turns what came of a request into its answer: a service's own, or problem details where none came.</summary>
internal static class GatewayAnswers
{
    /// <summary>In the place of Ocelot's responder, whose errors have no body.</summary>
    public static async Task RespondAsync(HttpContext http, Func<Task> next)
    {
        await next();
        if (http.Items.Errors() is [var error, ..])
        {
            if (!http.Response.HasStarted)
            {
                await Of(error).ExecuteAsync(http);
            }

            return;
        }

        using var response = http.Items.DownstreamResponse();
        if (response is not null)
        {
            await http.RequestServices.GetRequiredService<IHttpResponder>().SetResponseOnHttpContext(http, response);
        }
    }

    /// <summary>That a service did not answer.</summary>
    public static IResult Away(int status) => Problems.Of(status, "这项服务暂时没有应答。", "请稍后用同一请求重试，不会重复受理。");

    private static IResult Of(Error error) => error.Code switch
    {
        OcelotErrorCode.PayloadTooLargeError => Problems.Of(StatusCodes.Status413PayloadTooLarge, "内容过大。", "请减少或压缩附件后重试。"),
        OcelotErrorCode.UnableToFindDownstreamRouteError => Problems.NotFound("没有这个地址。", "请核对路径。"),
        OcelotErrorCode.RequestTimedOutError => Away(StatusCodes.Status504GatewayTimeout),
        _ => Away(StatusCodes.Status502BadGateway),
    };
}
