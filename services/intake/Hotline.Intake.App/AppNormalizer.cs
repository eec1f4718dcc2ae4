using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.App;

/// <summary>From the app's wire form to the common draft. Pure: no clock, no store.</summary>
public static partial class AppNormalizer
{
    public const int LongestTitle = 100;
    public const int LongestText = 5000;
    private const int ShortestText = 2;
    private const int HeadLength = 30;
    private const int LongestLine = 200;

    /// <summary>All that is wrong with an appeal, each with the field and what to do; empty when it can be received.</summary>
    public static IReadOnlyList<FieldError> Check(AppAppeal appeal)
    {
        var errors = new List<FieldError>();
        CheckText(errors, "text", appeal.Text, "诉求内容", ShortestText);
        Longest(errors, "title", appeal.Title, LongestTitle, "标题");
        Longest(errors, "category", appeal.Category, 100, "类别");
        if (appeal.Nature is { } nature && !Natures.Titles.ContainsKey(nature))
        {
            errors.Add(new("nature", $"诉求性质应为 {string.Join("、", Natures.Titles.Keys)} 之一。"));
        }

        if (appeal.Place is { } place)
        {
            CheckPlace(errors, place);
        }

        if (appeal.Contact is { } contact)
        {
            CheckContact(errors, contact);
            if (appeal.Anonymous)
            {
                errors.Add(new("contact", "选择匿名时请不要填写联系方式，或取消匿名。"));
            }
        }

        return errors;
    }

    public static IReadOnlyList<FieldError> Check(AppSupplement supplement)
    {
        var errors = new List<FieldError>();
        CheckText(errors, "text", supplement.Text, "补充内容", 1);
        return errors;
    }

    public static IReadOnlyList<FieldError> CheckNote(string field, string? note)
    {
        var errors = new List<FieldError>();
        Longest(errors, field, note, 500, "说明");
        return errors;
    }

    /// <param name="appeal">Without errors.</param>
    /// <param name="device">The thumbprint of the device's key.</param>
    /// <param name="idempotencyKey">The app's own id of this submission, scoped to the device.</param>
    public static AppealDraft Normalize(AppAppeal appeal, string device, string idempotencyKey, IReadOnlyList<ReceivedFile> files)
    {
        var text = TextCleaner.Clean(appeal.Text);
        var title = TextCleaner.Clean(appeal.Title);
        return new AppealDraft
        {
            Key = $"{device}/{idempotencyKey}",
            SourceId = idempotencyKey,
            Title = title.Length > 0 ? title : TextCleaner.Head(text, HeadLength),
            Text = text,
            SubmittedAt = appeal.SubmittedAt,
            Nature = appeal.Nature,
            Category = Given(appeal.Category),
            Place = appeal.Place is { } place ? new Place(Given(place.Text), place.Latitude, place.Longitude, place.Datum, Given(place.Division), Given(place.Grid)) : null,
            OccurredAt = appeal.OccurredAt,
            Contact = new Contact(Given(appeal.Contact?.Name), Given(appeal.Contact?.Phone), Given(appeal.Contact?.Email), Given(appeal.Contact?.Address), device),
            Anonymous = appeal.Anonymous,
            Confidential = appeal.Confidential,
            Authenticity = "device",
            Files = files,
        };
    }

    private static string? Given(string? text) => TextCleaner.Clean(text) is { Length: > 0 } given ? given : null;

    private static void CheckText(List<FieldError> errors, string field, string? text, string name, int shortest)
    {
        var clean = TextCleaner.Clean(text);
        var length = clean.Length;
        if (!TextCleaner.Shows(clean, shortest))
        {
            errors.Add(new(field, $"请填写{name}，至少 {shortest} 个字。"));
        }
        else if (length > LongestText)
        {
            errors.Add(new(field, $"{name}最多 {LongestText} 个字，现有 {length} 个；其余可在提交后补充。"));
        }
    }

    private static void Longest(List<FieldError> errors, string field, string? text, int longest, string name)
    {
        if (text?.Length > longest)
        {
            errors.Add(new(field, $"{name}最多 {longest} 个字，现有 {text.Length} 个。"));
        }
    }

    private static void CheckPlace(List<FieldError> errors, AppPlace place)
    {
        Longest(errors, "place.text", place.Text, LongestLine, "地点");
        Longest(errors, "place.grid", place.Grid, 50, "网格");
        if ((place.Latitude is null) != (place.Longitude is null))
        {
            errors.Add(new("place", "经度和纬度要同时填写，或都不填。"));
        }

        if (place.Latitude is { } latitude && !(latitude is >= -90 and <= 90))
        {
            errors.Add(new("place.latitude", "纬度应在 -90 到 90 之间。"));
        }

        if (place.Longitude is { } longitude && !(longitude is >= -180 and <= 180))
        {
            errors.Add(new("place.longitude", "经度应在 -180 到 180 之间。"));
        }

        if (place is { Latitude: not null, Datum: not ("wgs84" or "gcj02" or "bd09") })
        {
            errors.Add(new("place.datum", "有坐标时请注明坐标系：wgs84、gcj02 或 bd09。"));
        }

        if (place.Division is { } division && !DivisionCode().IsMatch(division))
        {
            errors.Add(new("place.division", "行政区划代码应为 6 到 12 位数字。"));
        }
    }

    private static void CheckContact(List<FieldError> errors, AppContact contact)
    {
        Longest(errors, "contact.name", contact.Name, 50, "姓名");
        Longest(errors, "contact.address", contact.Address, LongestLine, "住址");
        if (contact.Phone is { } phone && !PhoneNumber().IsMatch(phone))
        {
            errors.Add(new("contact.phone", "电话号码应为 5 到 20 位数字，可带 + 和 -。"));
        }

        if (contact.Email is { } email && (email.Length > 254 || !MailAddress().IsMatch(email)))
        {
            errors.Add(new("contact.email", "邮箱地址的格式应如 name@example.com。"));
        }
    }

    [GeneratedRegex(@"^[0-9]{6,12}$", RegexOptions.CultureInvariant)]
    private static partial Regex DivisionCode();

    [GeneratedRegex(@"^\+?[0-9][0-9 -]{4,19}$", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneNumber();

    [GeneratedRegex(@"^[^@\s]{1,64}@[^@\s]{1,189}$", RegexOptions.CultureInvariant)]
    private static partial Regex MailAddress();
}
