using System.Text;
using System.Text.Json.Nodes;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat.Protocol;
using Hotline.UnitTests.Core;
using Xunit;

namespace Hotline.UnitTests.WeChat;

/// <summary>Signatures and frames against Tencent's own sample and other SDKs' test vectors.</summary>
public sealed class WeChatVectorTests
{
    [SkippableFact]
    public void Every_shared_vector_comes_out_as_its_SDK_says()
    {
        var vectors = JsonNode.Parse(File.ReadAllText(SharedData.Require("wechat/vectors.json")))!.AsArray();
        Assert.True(vectors.Count >= 10);
        foreach (var vector in vectors)
        {
            string Of(string name) => vector![name]!.GetValue<string>();
            var kind = Of("kind");
            var signed = vector!["encrypt"] is null ? new[] { Of("token"), Of("timestamp"), Of("nonce") } : [Of("token"), Of("timestamp"), Of("nonce"), Of("encrypt")];
            var signature = vector["encrypt"] is null ? Of("signature") : Of("msg_signature");
            Assert.True(WeChatSignature.Matches(signature, signed) == (kind != "reject"), Of("name"));
            if (kind is "decrypt" or "verifyurl" or "encrypt")
            {
                var crypt = new WeChatCrypt(Of("encodingAESKey"), Of("receiveId"));
                Assert.Equal(Of("expect_plaintext"), Encoding.UTF8.GetString(crypt.Decrypt(Of("encrypt"))!));
                Assert.Equal(Of("encrypt"), crypt.Encrypt(Encoding.UTF8.GetBytes(Of("expect_plaintext")), Encoding.ASCII.GetBytes(Of("expect_random"))));
                Assert.Null(new WeChatCrypt(Of("encodingAESKey"), Of("receiveId") + "x").Decrypt(Of("encrypt")));
            }
        }
    }

    [Fact]
    public void What_is_sealed_opens_whatever_its_length()
    {
        var crypt = new WeChatCrypt(Key, "wx0123456789abcdef");
        for (var length = 0; length < 130; length++)
        {
            var message = Encoding.UTF8.GetBytes(new string('路', length));
            Assert.Equal(message, crypt.Decrypt(crypt.Encrypt(message, new byte[16])));
        }
    }

    [Fact]
    public void Every_single_bit_changed_is_refused()
    {
        var crypt = new WeChatCrypt(Key, "wx0123456789abcdef");
        var frame = crypt.Encrypt("<xml><Content>路灯不亮</Content></xml>"u8, new byte[16]);
        var signature = WeChatSignature.Of("token", "1700000000", "n0nce", frame);
        Assert.True(WeChatSignature.Matches(signature, "token", "1700000000", "n0nce", frame));
        string[] parts = [signature, "1700000000", "n0nce", frame];
        for (var part = 0; part < parts.Length; part++)
        {
            for (var bit = 0; bit < parts[part].Length * 8; bit++)
            {
                var bytes = Encoding.Latin1.GetBytes(parts[part]);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                var changed = parts.ToArray();
                changed[part] = Encoding.Latin1.GetString(bytes);
                Assert.False(WeChatSignature.Matches(changed[0], "token", changed[1], changed[2], changed[3]));
            }
        }
    }

    [Fact]
    public void Hostile_frames_never_throw()
    {
        var crypt = new WeChatCrypt(Key, "wx0123456789abcdef");
        Fuzz.Holds(Fuzz.Text, text => crypt.Decrypt(text) is null);
        var random = new Random(20261121);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[32 * random.Next(0, 5)];
            random.NextBytes(bytes);
            Assert.Null(crypt.Decrypt(Convert.ToBase64String(bytes)));
        }
    }

    private const string Key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
}
