using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>Citizens at the portal's web form, as a browser without script fills it in.</summary>
internal static partial class PortalScenes
{
    private static readonly Uri New = new("/intake/portal/new", UriKind.Relative);

    public static async Task PlayAsync(DemoCity city)
    {
        foreach (var scene in city.Scenes.GetProperty("portal").EnumerateArray())
        {
            var page = await city.Http.GetStringAsync(new Uri($"{New}?mailbox={scene[0].GetString()}", UriKind.Relative));
            var form = Hidden().Matches(page).ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value));
            (form["text"], form["phone"]) = (scene[1].GetString()!, scene[2].GetString()!);
            var first = await PostAsync(city, form);
            city.Receive("portal", first);
            var again = await PostAsync(city, form);
            if (again["number"]!.GetValue<string>() != first["number"]!.GetValue<string>())
            {
                throw new InvalidOperationException("A form sent twice became two appeals.");
            }
        }

        city.Else.Add("portal：每张表单都提交了两次（刷新、双击），各只立一件");
        await city.RefuseAsync("portal", "没有令牌的表单（来自别的网站）", city.Http.PostAsync(New, new FormUrlEncodedContent([new("text", "井盖丢失三天了。"), new("phone", "13800001111")])));
    }

    private static async Task<JsonNode> PostAsync(DemoCity city, Dictionary<string, string> form)
    {
        using var answer = await city.Http.PostAsync(New, new FormUrlEncodedContent(form));
        var page = await answer.Content.ReadAsStringAsync();
        return !answer.IsSuccessStatusCode ? throw new InvalidOperationException($"The portal answered {(int)answer.StatusCode}.")
            : new JsonObject { ["number"] = Shown("number").Match(page).Groups["value"].Value, ["code"] = Shown("code").Match(page).Groups["value"].Value };
    }

    private static Regex Shown(string id) => new($"id=\"{id}\">(?<value>[^<]+)<", RegexOptions.CultureInvariant);

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)">""")]
    private static partial Regex Hidden();
}
