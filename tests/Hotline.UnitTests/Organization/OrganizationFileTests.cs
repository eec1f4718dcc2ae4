using System.Text.Json;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.UnitTests.Office;

public sealed class OrganizationFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("organization-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_what_is_loaded()
    {
        var data = OrganizationFile.Load().Data with { Version = "mine-7" };

        Assert.Equal("mine-7", OrganizationFile.Load(Write("office.json", Json(data))).Version);
    }

    [Fact]
    public void A_missing_file_names_the_key_to_correct()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => OrganizationFile.Load(Path.Combine(_folder, "absent.json")));

        Assert.Contains(OrganizationFile.Key, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"version\":", "\"vresion\":", "vresion")]
    [InlineData("\"fallback\":", "\"version\": \"2\", \"fallback\":", "version")]
    [InlineData("\"fallback\": \"other\",", "", "fallback")]
    public void Misspelt_doubled_and_missing_members_are_refused(string from, string to, string named)
    {
        using var sample = typeof(OrganizationFile).Assembly.GetManifestResourceStream("lvliang.json")!;
        var text = new StreamReader(sample).ReadToEnd();
        Assert.Contains(from, text, StringComparison.Ordinal);

        var at = text.IndexOf(from, StringComparison.Ordinal);
        var failure = Assert.Throws<OptionsValidationException>(() => OrganizationFile.Load(Write("office.json", text.Remove(at, from.Length).Insert(at, to))));

        Assert.Contains(named, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void A_calendar_beside_the_file_adds_its_year_and_replaces_a_known_one()
    {
        var file = Write("office.json", Json(OrganizationFile.Load().Data));
        Write("calendar-2027.json", """{ "year": 2027, "source": "notice", "officeHours": [{ "from": "09:00:00", "to": "17:00:00" }], "off": [], "working": [] }""");
        Write("calendar-2026.json", """{ "year": 2026, "source": "notice", "officeHours": [{ "from": "09:00:00", "to": "17:00:00" }], "off": [], "working": [] }""");

        var calendar = OrganizationFile.Load(file).Calendar;

        Assert.True(calendar.Announced(2027));
        Assert.True(calendar.IsWorkingDay(new(2026, 1, 1)));
    }

    [Fact]
    public void All_that_is_wrong_in_all_files_is_said_at_once()
    {
        var file = Write("office.json", Json(OrganizationFile.Load().Data with { Fallback = "nothing", Version = " " }));
        Write("calendar-2027.json", "not JSON");

        var failure = Assert.Throws<OptionsValidationException>(() => OrganizationFile.Load(file));

        Assert.Equal(3, failure.Failures.Count());
    }

    private static string Json(OrganizationData data) => JsonSerializer.Serialize(data, OrganizationJson.Default.OrganizationData);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
