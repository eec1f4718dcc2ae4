using Hotline.Intake.Email;
using Xunit;

namespace Hotline.ContractTests.Channels.Email;

/// <summary>Letters as mail programs write them, and what becomes of them: <see cref="SamplePairs"/>.</summary>
public sealed class EmailSampleTests
{
    private static readonly MailboxAddressee[] Mailboxes = [new() { Address = "mayor@12345.example.org", Addressee = "市长信箱" }];

    public static TheoryData<string> Samples => SamplePairs.Of("Email", "eml");

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(SamplePairs.FolderOf("Email"), $"{name}.sample.eml"));
        var letter = Letter.Read(bytes);
        Assert.Null(EmailNormalizer.Obstacle(letter));
        SamplePairs.AssertBecomes("Email", name, EmailNormalizer.Normalize(letter, bytes, Mailboxes, "mx.12345.example.org"));
    }

    [Fact]
    public void Every_sample_has_its_appeal_and_every_appeal_its_sample() => SamplePairs.AssertPaired("Email", "eml", 5);
}
