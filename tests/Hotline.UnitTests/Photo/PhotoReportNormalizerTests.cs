using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.PhotoReport;
using Hotline.Intake.PhotoReport.Media;

namespace Hotline.UnitTests.Photo;

/// <summary>The three places of a report, which one leads, and what is said when they disagree.</summary>
public sealed class PhotoReportNormalizerTests
{
    private const double North = 37.5175274;
    private const double East = 111.1379494;
    private const double Kilometre = 0.009; // degrees of latitude
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly Coordinate Here = new(North, East, "wgs84");

    [Fact]
    public void The_reported_place_leads_then_the_photos_then_the_phones()
    {
        var photo = Photo(Here with { Latitude = North + Kilometre });
        var device = new DevicePlace(North - Kilometre, East, "wgs84");
        Assert.Equal(new Place("桥下", North, East, "gcj02"), Draft(new PhotoAppeal(Place: new PhotoPlace("桥下", North, East, "gcj02"), Device: device), photo).Place);
        Assert.Equal(new Place("桥下", North + Kilometre, East, "wgs84"), Draft(new PhotoAppeal(Place: new PhotoPlace("桥下"), Device: device), photo).Place);
        Assert.Equal(new Place(null, North - Kilometre, East, "wgs84"), Draft(new PhotoAppeal(Device: device), Photo(null)).Place);
        Assert.Equal(new Place("桥下"), Draft(new PhotoAppeal(Place: new PhotoPlace("桥下")), Photo(null)).Place);
        Assert.Null(Draft(new PhotoAppeal(Text: "没有地点"), Photo(null)).Place);
    }

    [Fact]
    public void A_borrowed_place_says_from_where()
    {
        Assert.Equal(["坐标取自照片"], Draft(new PhotoAppeal(), Photo(Here)).Marks);
        Assert.Equal(["坐标取自手机定位"], Draft(new PhotoAppeal(Device: new DevicePlace(North, East, "wgs84")), Photo(null)).Marks);
        Assert.Empty(Draft(new PhotoAppeal(Place: new PhotoPlace(null, North, East, "wgs84")), Photo(null)).Marks!);
    }

    [Fact]
    public void The_same_spot_in_three_systems_is_no_disagreement()
    {
        var (amap, baidu) = (Here.To("gcj02"), Here.To("bd09"));
        Assert.Empty(Draft(
            new PhotoAppeal(Place: new PhotoPlace(null, amap.Latitude, amap.Longitude, "gcj02"), Device: new DevicePlace(baidu.Latitude, baidu.Longitude, "bd09")), Photo(Here)).Marks!);
    }

    [Fact]
    public void The_same_numbers_in_two_systems_are_hundreds_of_metres_apart()
    {
        var marks = Draft(new PhotoAppeal(Place: new PhotoPlace(null, North, East, "bd09")), Photo(Here)).Marks!;
        Assert.StartsWith("照片位置与填报位置相距 ", Assert.Single(marks), StringComparison.Ordinal);
    }

    [Fact]
    public void Places_that_disagree_are_said_with_the_distance_each()
    {
        var marks = Draft(
            new PhotoAppeal(Place: new PhotoPlace(null, North, East, "wgs84"), Device: new DevicePlace(North - Kilometre, East, "wgs84")),
            Photo(Here with { Latitude = North + Kilometre }),
            Photo(Here)).Marks;
        Assert.Equal(["照片位置与填报位置相距 1001 米", "照片位置与手机定位相距 2002 米", "填报位置与手机定位相距 1001 米", "几张照片的位置相距 1001 米"], marks);
    }

    [Theory]
    [InlineData(-72, null)]
    [InlineData(-73, "照片拍摄于提交前 73 小时")]
    [InlineData(-8760, "照片拍摄于提交前 8760 小时")]
    [InlineData(72, null)]
    [InlineData(73, "照片的拍摄时间晚于提交时间")]
    public void An_old_photo_and_one_of_the_future_are_marked(int hours, string? mark) =>
        Assert.Equal(mark is null ? [] : new[] { mark }, Draft(new PhotoAppeal(), Photo(null, Now.AddHours(hours))).Marks);

    [Fact]
    public void A_report_may_be_all_photo()
    {
        var draft = Draft(new PhotoAppeal(), Photo(null));
        Assert.Equal(("随手拍照片", "（市民上传照片，未填写文字）", "phone/key"), (draft.Title, draft.Text, draft.Key));
    }

    [Fact]
    public void A_joined_report_is_marked_with_the_others_number() =>
        Assert.Equal(["市民认为与诉求 260302060000017 是同一件事"], PhotoReportNormalizer.Normalize(new PhotoAppeal(), "phone", "key", [Photo(null)], Now, "260302060000017").Marks);

    [Fact]
    public void The_three_places_are_kept_as_they_came()
    {
        var report = new PhotoAppeal(Place: new PhotoPlace("桥下", 1, 2, "gcj02"), Device: new DevicePlace(3, 4, "wgs84", 15));
        var places = PhotoReportNormalizer.PlacesOf(report, [new InspectedPhoto(File("已损坏"), null), Photo(Here, Now)]);
        Assert.Equal((report.Place, report.Device), (places.Reported, places.Device));
        Assert.Equal(new PhotoTestimony(2, North, East, "wgs84", Now, false), Assert.Single(places.Photos));
    }

    [Fact]
    public void Every_wrong_field_is_named()
    {
        var errors = PhotoReportNormalizer.Check(new PhotoAppeal(
            Text: new string('长', 5001), Nature: "wish", Join: new string('x', 201), Device: new DevicePlace(91, null, "mars", -1), Place: new PhotoPlace(null, 1, 200), Contact: new PhotoContact(Phone: "x"), Anonymous: true));
        Assert.Equal(
            ["contact", "contact.phone", "device", "device.accuracy", "device.datum", "device.latitude", "join", "nature", "place.datum", "place.longitude", "text"],
            errors.Select(error => error.Field).Order(StringComparer.Ordinal));
        Assert.Empty(PhotoReportNormalizer.Check(new PhotoAppeal()));
    }

    private static AppealDraft Draft(PhotoAppeal report, params InspectedPhoto[] photos) => PhotoReportNormalizer.Normalize(report, "phone", "key", photos, Now, null);

    private static InspectedPhoto Photo(Coordinate? place, DateTimeOffset? takenAt = null) => new(File(null), new PhotoFacts(640, 480, 1, place, takenAt, false));

    private static ReceivedFile File(string? refused) => new(new Attachment("a.jpg", "image/jpeg", 1, "", refused), 0, 1);
}
