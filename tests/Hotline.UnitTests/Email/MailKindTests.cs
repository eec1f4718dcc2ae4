using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

public sealed class MailKindTests
{
    [Theory]
    [InlineData("From: a@b.cn\nSubject: 路灯坏了\n\nx", MailOrigin.Person)]
    [InlineData("From: a@b.cn\nAuto-Submitted: no\nReturn-Path: <a@b.cn>\n\nx", MailOrigin.Person)]
    [InlineData("From: a@b.cn\nSubject: 自动回复：我在休假\n\nx", MailOrigin.AutoReply)]
    [InlineData("From: a@b.cn\nAuto-Submitted: auto-generated; x=y\n\nx", MailOrigin.AutoReply)]
    [InlineData("From: a@b.cn\nReturn-Path: <>\n\nx", MailOrigin.AutoReply)]
    [InlineData("From: No-Reply@b.cn\n\nx", MailOrigin.AutoReply)]
    [InlineData("From: a@b.cn\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b--", MailOrigin.AutoReply)]
    [InlineData("From: a@b.cn\nPrecedence: bulk\n\nx", MailOrigin.List)]
    [InlineData("From: a@b.cn\nList-Id: <x.b.cn>\n\nx", MailOrigin.List)]
    [InlineData("From: Mailer-Daemon@b.cn\n\nx", MailOrigin.Bounce)]
    [InlineData("From: a@b.cn\nContent-Type: multipart/report; boundary=b\n\n--b--", MailOrigin.Bounce)]
    [InlineData("From: a@b.cn\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nx: y\n--b--", MailOrigin.Bounce)]
    public void By_header(string text, MailOrigin origin) => Assert.Equal(origin, MailKind.Of(MimeReader.Read(MailData.Message(text))).Origin);

    [SkippableFact]
    public void No_bounce_or_automatic_answer_is_taken_for_a_person()
    {
        var kinds = MailData.Files("bounces", "*.eml").ToDictionary(file => Path.GetRelativePath(MailData.Folder("bounces"), file), file => MailKind.Of(MimeReader.Read(File.ReadAllBytes(file))));
        var looksLike = kinds.Where(kind => kind.Key.Contains("/not/", StringComparison.Ordinal)).ToList();
        var machines = kinds.Except(looksLike).ToList();

        Assert.Equal(3, looksLike.Count);
        Assert.InRange(machines.Count, 104, 104);
        Assert.Empty(machines.Where(kind => kind.Value.Origin == MailOrigin.Person).Select(kind => kind.Key));
        Assert.All(machines.Where(kind => Path.GetFileName(kind.Key).StartsWith("rfc3834", StringComparison.Ordinal)), kind => Assert.Equal(MailOrigin.AutoReply, kind.Value.Origin));
        Assert.All(looksLike.Where(kind => kind.Key.Contains("is-not-bounce", StringComparison.Ordinal)), kind => Assert.Equal(MailOrigin.Person, kind.Value.Origin));

        // The third is in that folder because another program crashed over it; it says itself that a machine wrote it and has no return path, so to answer it would begin a loop.
        Assert.NotEqual(MailOrigin.Person, looksLike.Single(kind => kind.Key.Contains("rb-issue-368", StringComparison.Ordinal)).Value.Origin);
    }
}
