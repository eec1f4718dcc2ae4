using System.Text.RegularExpressions;

namespace Hotline.AllInOne.Practice.Demo;

/// <summary>Citizens who write to the official account, a conversation each.</summary>
internal static partial class WeChatScenes
{
    public static async Task PlayAsync(DemoCity city)
    {
        var platform = new WeChatPushes(city.Http, city.Secret("Hotline:WeChat:AppId"), city.Secret("Hotline:WeChat:Token"), city.Secret("Hotline:WeChat:EncodingAesKey"), city.Time);
        var id = city.Time.GetUtcNow().ToUnixTimeMilliseconds() * 1000; // a number of its own for each push of each demonstration
        var run = id;
        var citizen = 0;
        foreach (var conversation in city.Scenes.GetProperty("wechat").EnumerateArray())
        {
            var openid = $"demo-{run}-{++citizen}";
            var reply = "";
            foreach (var text in conversation.EnumerateArray())
            {
                reply = await platform.PushAsync(platform.Text(openid, text.GetString()!, ++id));
                if (citizen == 1 && text.GetString() != "完成")
                {
                    var pin = "<MsgType><![CDATA[location]]></MsgType><Location_X>37.5183</Location_X><Location_Y>111.1443</Location_Y><Scale>16</Scale><Label><![CDATA[离石区滨河街道兴隆巷]]></Label>";
                    await platform.PushAsync(platform.Message(openid, pin, ++id));
                }
            }

            city.Received.Add(ReceiptOf(reply));
        }

        var danger = platform.Text($"demo-{run}-danger", city.Scenes.GetProperty("danger").GetString()!, ++id);
        var told = await platform.PushAsync(danger);
        city.Received.Add(ReceiptOf(told));
        city.Else.Add($"wechat：险情当即受理，并告知“{told.Split('\n')[0]}”");
        if (await platform.PushAsync(danger) != told)
        {
            throw new InvalidOperationException("A push made again was answered otherwise.");
        }

        city.Else.Add("wechat：同一条推送重复，答复相同");
        city.Else.Add($"wechat：问候“你好”，答“{(await platform.PushAsync(platform.Text($"demo-{run}-hello", "你好", ++id))).Split('\n')[0]}”");
        city.Else.Add($"wechat：查询，答“{(await platform.PushAsync(platform.Text($"demo-{run}-1", $"查询 {city.Received.First(one => one.Channel == "wechat").Number}", ++id))).Split('\n')[0]}”");
        await city.RefuseAsync("wechat", "签名不对的推送", platform.SendAsync(danger, signature: new string('0', 40)));
        await city.RefuseAsync("wechat", "缺少参数的推送", city.Http.PostAsync(new Uri("/intake/wechat/callback", UriKind.Relative), null));
    }

    private static ReceivedOne ReceiptOf(string reply) =>
        Number().Match(reply) is { Success: true } number ? new("wechat", number.Value, null) : throw new InvalidOperationException($"The account gave no number: {reply}");

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}
