using System.Text;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat;
using Hotline.UnitTests.Core;
using Xunit;

namespace Hotline.UnitTests.WeChat;

/// <summary>What a conversation becomes, and what is still asked for.</summary>
public sealed class WeChatNormalizerTests
{
    [Fact]
    public void Text_photo_voice_and_location_become_one_appeal()
    {
        var draft = WeChatNormalizer.Normalize(
            [
                Message("<MsgType>text</MsgType><Content>昨天晚上起滨河路三号楼下的路灯不亮，电话13800001111</Content>"),
                Message("<MsgType>image</MsgType><PicUrl>https://example.org/p</PicUrl><MediaId>m1</MediaId>"),
                Message("<MsgType>voice</MsgType><MediaId>m2</MediaId><Recognition>老人摔了一跤</Recognition>"),
                Message("<MsgType>location</MsgType><Location_X>37.518</Location_X><Location_Y>111.144</Location_Y><Label>滨河路3号</Label>"),
            ],
            "conversation/1",
            "1");
        Assert.Equal("昨天晚上起滨河路三号楼下的路灯不亮，电话13800001111\n〔图片〕\n〔语音〕老人摔了一跤\n〔位置〕滨河路3号", draft.Text);
        Assert.Equal(new Contracts.Place("滨河路3号", 37.518, 111.144, "gcj02"), draft.Place);
        Assert.Equal("13800001111", draft.Contact!.Phone);
        Assert.Equal("o1", draft.Contact.Sender);
        Assert.Equal("platform", draft.Authenticity);
    }

    [Fact]
    public void A_photo_alone_is_an_appeal_too()
    {
        var draft = WeChatNormalizer.Normalize([Message("<MsgType>image</MsgType>")], "k", "s");
        Assert.Equal("〔图片〕", draft.Text);
        Assert.Equal("〔图片〕", draft.Title);
    }

    [Theory]
    [InlineData("昨天晚上滨河路的路灯不亮，电话13800001111", WeChatNormalizer.Elements.None)]
    [InlineData("滨河路的路灯一直不亮", WeChatNormalizer.Elements.Phone)]
    [InlineData("路灯", WeChatNormalizer.Elements.Matter | WeChatNormalizer.Elements.Time | WeChatNormalizer.Elements.Phone)]
    [InlineData("我要投诉他们服务态度特别差", WeChatNormalizer.Elements.Time | WeChatNormalizer.Elements.Place | WeChatNormalizer.Elements.Phone)]
    public void What_is_missing_is_known(string text, WeChatNormalizer.Elements missing) =>
        Assert.Equal(missing, WeChatNormalizer.Missing([Message($"<MsgType>text</MsgType><Content>{text}</Content>")]));

    [Fact]
    public void A_place_of_nowhere_is_none() =>
        Assert.Null(WeChatNormalizer.Normalize([Message("<MsgType>location</MsgType><Location_X>0</Location_X><Location_Y>0.0</Location_Y><Label>x</Label>")], "k", "s").Place);

    private static WeChatMessage Message(string inner) => WeChatReader.Read(Encoding.UTF8.GetBytes($"<xml><FromUserName>o1</FromUserName><CreateTime>1700000000</CreateTime>{inner}</xml>"))!;
}
