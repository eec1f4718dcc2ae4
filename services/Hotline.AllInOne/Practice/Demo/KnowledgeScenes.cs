using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Contracts;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>The knowledge base before the day begins: an agent writes articles, an acceptor reviews and publishes them.</summary>
internal static class KnowledgeScenes
{
    public static async Task PlayAsync(DemoCity city)
    {
        var (agent, acceptor) = ("agent-01", "acceptor-01");
        var published = await city.Staff.CallAsync(acceptor, HttpMethod.Get, "/knowledge/desk/articles?state=published");
        var known = published["items"]!.AsArray().Select(article => article!["title"]?.GetValue<string>()).ToHashSet();
        var count = 0;
        foreach (var scene in city.Scenes.GetProperty("articles").EnumerateArray())
        {
            var body = JsonObject.Create(scene)!;
            if (!known.Contains(body["title"]!.GetValue<string>())) // of an earlier demonstration on the same data
            {
                body["unit"] = city.Organization.Data.Units[0].Id;
                var draft = await city.Staff.PostAsync(agent, "/knowledge/articles", body);
                await city.Staff.PostAsync(agent, $"/knowledge/articles/{draft["code"]}/submit", []);
                await city.Staff.PostAsync(acceptor, $"/knowledge/articles/{draft["code"]}/publish", []);
                count++;
            }
        }

        city.Else.Add($"knowledge：坐席新写知识 {count} 条，受理员审核发布；咨询由此直接答复，注明条目和版本");
    }
}
