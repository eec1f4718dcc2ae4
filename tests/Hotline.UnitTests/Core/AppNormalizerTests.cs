using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.App;

namespace Hotline.UnitTests.Core;

public sealed class AppNormalizerTests
{
    private static readonly AppAppeal Good = new() { Text = "小区门口的路灯不亮。" };

    public static TheoryData<string, AppAppeal> Wrong => new()
    {
        { "text", new AppAppeal { Text = null } },
        { "text", new AppAppeal { Text = "" } },
        { "text", new AppAppeal { Text = " \n\u202E\t " } },
        { "text", new AppAppeal { Text = "短" } },
        { "text", new AppAppeal { Text = "短\u200B\u200D\u2060 \u200B" } },
        { "text", new AppAppeal { Text = new string('长', AppNormalizer.LongestText + 1) } },
        { "title", Good with { Title = new string('题', AppNormalizer.LongestTitle + 1) } },
        { "category", Good with { Category = new string('c', 101) } },
        { "nature", Good with { Nature = "anger" } },
        { "nature", Good with { Nature = "" } },
        { "nature", Good with { Nature = "Complaint" } },
        { "place.text", Good with { Place = new AppPlace { Text = new string('地', 201) } } },
        { "place.grid", Good with { Place = new AppPlace { Grid = new string('g', 51) } } },
        { "place", Good with { Place = new AppPlace { Latitude = 37.5, Datum = "wgs84" } } },
        { "place", Good with { Place = new AppPlace { Longitude = 111.1 } } },
        { "place.latitude", Good with { Place = new AppPlace { Latitude = 90.0001, Longitude = 0, Datum = "wgs84" } } },
        { "place.latitude", Good with { Place = new AppPlace { Latitude = double.NaN, Longitude = 0, Datum = "wgs84" } } },
        { "place.longitude", Good with { Place = new AppPlace { Latitude = 0, Longitude = -180.0001, Datum = "wgs84" } } },
        { "place.longitude", Good with { Place = new AppPlace { Latitude = 0, Longitude = double.PositiveInfinity, Datum = "wgs84" } } },
        { "place.datum", Good with { Place = new AppPlace { Latitude = 37.5, Longitude = 111.1 } } },
        { "place.datum", Good with { Place = new AppPlace { Latitude = 37.5, Longitude = 111.1, Datum = "WGS84" } } },
        { "place.division", Good with { Place = new AppPlace { Division = "1411" } } },
        { "place.division", Good with { Place = new AppPlace { Division = "1411020000000" } } },
        { "place.division", Good with { Place = new AppPlace { Division = "１４１１０２" } } },
        { "contact.name", Good with { Contact = new AppContact { Name = new string('名', 51) } } },
        { "contact.address", Good with { Contact = new AppContact { Address = new string('址', 201) } } },
        { "contact.phone", Good with { Contact = new AppContact { Phone = "1234" } } },
        { "contact.phone", Good with { Contact = new AppContact { Phone = "0000000000000000000000" } } },
        { "contact.phone", Good with { Contact = new AppContact { Phone = "tel:000000" } } },
        { "contact.phone", Good with { Contact = new AppContact { Phone = "" } } },
        { "contact.email", Good with { Contact = new AppContact { Email = "nobody" } } },
        { "contact.email", Good with { Contact = new AppContact { Email = "a b@example.org" } } },
        { "contact.email", Good with { Contact = new AppContact { Email = $"a@{new string('e', 260)}" } } },
        { "contact", Good with { Anonymous = true, Contact = new AppContact { Phone = "000 0000" } } },
    };

    public static TheoryData<AppAppeal> Right => new()
    {
        Good,
        new AppAppeal { Text = "两字" },
        new AppAppeal { Text = new string('长', AppNormalizer.LongestText) },
        Good with { Title = new string('题', AppNormalizer.LongestTitle), Category = new string('c', 100) },
        Good with { Place = new AppPlace { Text = "东关街口", Latitude = -90, Longitude = 180, Datum = "gcj02", Division = "141102001002", Grid = "G-12" } },
        Good with { Place = new AppPlace { Latitude = 90, Longitude = -180, Datum = "bd09", Division = "141102" } },
        Good with { Place = new AppPlace() },
        Good with { Contact = new AppContact { Name = "测试者", Phone = "+86 000-0000-0000", Email = "a@example.org", Address = "某路1号" }, Confidential = true },
        Good with { Contact = new AppContact() },
        Good with { Anonymous = true },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Each_rule_names_its_field_and_says_what_to_do(string field, AppAppeal appeal)
    {
        var error = Assert.Single(AppNormalizer.Check(appeal));
        Assert.Equal(field, error.Field);
        Assert.NotEmpty(error.Message);
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void What_keeps_the_rules_has_no_errors(AppAppeal appeal) => Assert.Empty(AppNormalizer.Check(appeal));

    [Fact]
    public void Every_nature_of_the_contract_is_taken() => Assert.All(Natures.Titles.Keys, nature => Assert.Empty(AppNormalizer.Check(Good with { Nature = nature })));

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var appeal = new AppAppeal { Text = "", Title = new string('题', 101), Nature = "x", Category = new string('c', 101), Place = new AppPlace { Text = new string('地', 201), Latitude = 91, Longitude = 181, Datum = null, Division = "x", Grid = new string('g', 51) }, Contact = new AppContact { Name = new string('名', 51), Phone = "x", Email = "x", Address = new string('址', 201) }, Anonymous = true };
        Assert.Equal(
            [
                "text", "title", "category", "nature", "place.text", "place.grid", "place.latitude", "place.longitude", "place.datum", "place.division",
                "contact.name", "contact.address", "contact.phone", "contact.email", "contact",
            ],
            AppNormalizer.Check(appeal).Select(error => error.Field));
    }

    [Fact]
    public void Supplements_and_notes_have_their_lengths()
    {
        Assert.Empty(AppNormalizer.Check(new AppSupplement("补")));
        Assert.Equal("text", Assert.Single(AppNormalizer.Check(new AppSupplement(" "))).Field);
        Assert.Equal("text", Assert.Single(AppNormalizer.Check(new AppSupplement(new string('补', 5001)))).Field);
        Assert.Empty(AppNormalizer.CheckNote("reason", null));
        Assert.Empty(AppNormalizer.CheckNote("reason", new string('理', 500)));
        Assert.Equal("reason", Assert.Single(AppNormalizer.CheckNote("reason", new string('理', 501))).Field);
    }

    [Fact]
    public void Everything_is_cleaned_on_its_way_into_the_draft()
    {
        var draft = AppNormalizer.Normalize(
            new AppAppeal { Text = "  e\u0301tat\r\n第二\u202E行\0 ", Category = " \t", Place = new AppPlace { Text = "\u2066东关\u2069", Latitude = 37.5, Longitude = 111.1, Datum = "wgs84", Division = " 141102 ", Grid = "" }, Contact = new AppContact { Name = " 测试者 ", Phone = "000 0000\n", Email = "", Address = null } },
            "device-1",
            "key-1",
            []);
        Assert.Equal("état\n第二行", draft.Text);
        Assert.Equal("état", draft.Title);
        Assert.Null(draft.Category);
        Assert.Equal(new Place("东关", 37.5, 111.1, "wgs84", "141102"), draft.Place);
        Assert.Equal(new Contact("测试者", "000 0000", Sender: "device-1"), draft.Contact);
        Assert.Equal(("device-1/key-1", "key-1", "device"), (draft.Key, draft.SourceId, draft.Authenticity));
    }

    [Fact]
    public void A_long_first_line_is_cut_for_the_title() =>
        Assert.Equal(new string('长', 30) + "…", AppNormalizer.Normalize(new AppAppeal { Text = new string('长', 40) }, "d", "k", []).Title);

    [Fact]
    public void Any_text_is_either_refused_or_normalized() => Fuzz.Holds(Fuzz.Text, text =>
    {
        var appeal = new AppAppeal { Text = text, Title = text, Nature = null, Category = text, Place = new AppPlace { Text = text }, Contact = new AppContact { Name = text, Phone = null, Email = null, Address = text } };
        if (AppNormalizer.Check(appeal).Count > 0)
        {
            return true;
        }

        var draft = AppNormalizer.Normalize(appeal, "d", "k", []);
        return draft.Text.Length is >= 2 and <= AppNormalizer.LongestText && draft.Title.IsNormalized() && draft.Place?.Text?.Length is not 0;
    });
}
