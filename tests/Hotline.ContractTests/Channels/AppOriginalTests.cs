using System.Net;
using System.Text;
using Hotline.Providers.Sqlite.Engine;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>What came is kept byte for byte, whether it lies with its appeal or by itself.</summary>
[Collection(AppHosts.Name)]
public sealed class AppOriginalTests(AppHost host)
{
    public static TheoryData<string, string> Bodies => new()
    {
        { "plain", """{"text":"小区门口的路灯三天不亮。","title":"路灯不亮","place":{"text":"安和里小区北门外"},"contact":{"name":"王小明","phone":"13800000000"}}""" },
        { "spaced", "\r\n{ \"text\" :\t\"小区门口的路灯三天不亮。\" }\n\n" },
        { "escaped", """{"text":"\u8def\u706f\u4e0d\u4eae\uff0c\u5929\u9ed1\u4ee5\u540e"}""" },
        { "cleaned", """{"text":"  小区门口的路灯 三天不亮。\r\n谢谢 "}""" },
        { "the title out of the text", """{"title":"小区门口的路灯","text":"小区门口的路灯三天不亮，小区门口的路灯很重要。"}""" },
        { "more around it than in it", $$"""{"text":"路灯不亮。","contact":{"address":"{{new string('号', 200)}}"} }""" },
        { "long", $$"""{"text":"{{new string('路', 5000)}}"}""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task An_original_comes_back_byte_for_byte(string what, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var number = await SubmitAsync(bytes);
        var original = await OriginalAsync(number);
        Assert.True(bytes.AsSpan().SequenceEqual(original), what);
    }

    [Fact]
    public async Task An_appeal_changed_on_disk_is_noticed_when_its_original_is_asked_for()
    {
        const string Text = "这一句以后会被人改掉。";
        var number = await SubmitAsync(Encoding.UTF8.GetBytes($$"""{"text":"{{Text}}"}"""));
        using (var store = SqliteConnection.Open(Path.Combine(host.Folder, "hotline.db")))
        {
            store.Execute($"UPDATE facts SET body=CAST(replace(CAST(body AS TEXT), '{Text}', '{Text.Replace('掉', '好')}') AS BLOB) WHERE instr(CAST(body AS TEXT), '{Text}') > 0");
        }

        var damaged = await Assert.ThrowsAsync<InvalidDataException>(() => OriginalAsync(number).AsTask());
        Assert.DoesNotContain("这一句", damaged.Message, StringComparison.Ordinal);
    }

    private async Task<string> SubmitAsync(byte[] body)
    {
        using var device = await host.DeviceAsync();
        using var answer = await device.SubmitAsync(AppHost.Bytes(body), host.NewKey());
        return (await AppHost.ReadAsync(answer, HttpStatusCode.Created)).Number;
    }

    private async ValueTask<byte[]?> OriginalAsync(string number) =>
        await host.Intake.OriginalOfAsync((await host.Intake.FindAsync(number, CancellationToken.None))!, CancellationToken.None);
}
