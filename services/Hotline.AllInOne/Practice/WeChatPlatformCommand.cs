using System.Globalization;
using System.Net;
using System.Text;
using Hotline.Ports;
using Microsoft.Extensions.Configuration;

namespace Hotline.AllInOne.Practice;

/// <summary>
/// <c>wechat-platform --urls http://127.0.0.1:12390 --folder FOLDER</c>: for practice, WeChat's interface as far as the channel calls it, until it is stopped.
/// What citizens would be told becomes a file each; photos it has none.
/// </summary>
internal static class WeChatPlatformCommand
{
    private const int MostBytes = 64 * 1024;
    private static int s_sent;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new ConfigurationBuilder().AddCommandLine(arguments).Build();
        var folder = Path.GetFullPath(options["folder"] ?? "outgoing-wechat");
        using var listener = new HttpListener();
        listener.Prefixes.Add($"{(options["urls"] ?? "http://127.0.0.1:12390").TrimEnd('/')}/");
        listener.Start();
        while (true)
        {
            var context = await listener.GetContextAsync();
            try
            {
                var answer = Encoding.UTF8.GetBytes(await AnswerAsync(context.Request, folder));
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(answer);
                context.Response.Close();
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException)
            {
                context.Response.Abort(); // the caller hung up
            }
        }
    }

    private static async Task<string> AnswerAsync(HttpListenerRequest request, string folder)
    {
        switch (request.Url?.AbsolutePath)
        {
            case "/cgi-bin/stable_token":
                return """{"access_token":"practice","expires_in":7200}""";
            case "/cgi-bin/message/custom/send":
                return await TakeAsync(request, folder, "message");
            case "/cgi-bin/message/template/send":
                return await TakeAsync(request, folder, "template");
            default:
                return """{"errcode":40007,"errmsg":"invalid media_id"}""";
        }
    }

    private static async Task<string> TakeAsync(HttpListenerRequest request, string folder, string kind)
    {
        if (request.ContentLength64 is < 0 or > MostBytes)
        {
            return """{"errcode":45002,"errmsg":"content size out of limit"}""";
        }

        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        var id = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000) + (++s_sent % 1000);
        var name = string.Create(CultureInfo.InvariantCulture, $"{id}-{kind}.json");
        DurableFile.TryCreate(Path.Combine(folder, name), body.ToArray(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return string.Create(CultureInfo.InvariantCulture, $$"""{"errcode":0,"errmsg":"ok","msgid":{{id}}}""");
    }
}
