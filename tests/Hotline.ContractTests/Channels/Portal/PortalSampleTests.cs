using Hotline.Hosting;
using Hotline.Intake.Portal;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Hotline.ContractTests.Channels.Portal;

/// <summary>Forms as a browser encodes them, and what becomes of them: <see cref="SamplePairs"/>.</summary>
public sealed class PortalSampleTests
{
    public static TheoryData<string> Samples => SamplePairs.Of("Portal", "form");

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var fields = QueryHelpers.ParseQuery(File.ReadAllText(Path.Combine(SamplePairs.FolderOf("Portal"), $"{name}.sample.form")).TrimEnd());
        var form = PortalForm.Of(new FieldForm(fields.ToDictionary(field => field.Key, field => field.Value.ToString()), []));
        Assert.Empty(PortalNormalizer.Check(form));
        SamplePairs.AssertBecomes("Portal", name, PortalNormalizer.Normalize(form, "sample", "12345信箱", []));
    }

    [Fact]
    public void Every_sample_has_its_appeal_and_every_appeal_its_sample() => SamplePairs.AssertPaired("Portal", "form", 3);
}
