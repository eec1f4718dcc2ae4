using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Intake;

namespace Hotline.Hosting;

/// <summary>What every channel's forms must hold, each error with the field and what to do; and the same data cleaned. Pure.</summary>
public static partial class SubmissionChecks
{
    public const int LongestText = 5000;
    private const int LongestLine = 200;

    /// <param name="name">What the citizen calls the field.</param>
    /// <param name="shortest">How many characters must be seen, at the least.</param>
    public static void Text(List<FieldError> errors, string field, string? text, string name, int shortest)
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

    public static void Longest(List<FieldError> errors, string field, string? text, int longest, string name) => Longest(errors, field, "", text, longest, name);

    public static void Nature(List<FieldError> errors, string? nature)
    {
        if (nature is not null && !Natures.Titles.ContainsKey(nature))
        {
            errors.Add(new("nature", $"诉求性质应为 {string.Join("、", Natures.Titles.Keys)} 之一。"));
        }
    }

    public static void Place(List<FieldError> errors, string field, Place place)
    {
        Longest(errors, field, ".text", place.Text, LongestLine, "地点");
        Longest(errors, field, ".grid", place.Grid, 50, "网格");
        if ((place.Latitude is null) != (place.Longitude is null))
        {
            errors.Add(new(field, "经度和纬度要同时填写，或都不填。"));
        }

        if (place.Latitude is { } latitude && !(latitude is >= -90 and <= 90))
        {
            errors.Add(new($"{field}.latitude", "纬度应在 -90 到 90 之间。"));
        }

        if (place.Longitude is { } longitude && !(longitude is >= -180 and <= 180))
        {
            errors.Add(new($"{field}.longitude", "经度应在 -180 到 180 之间。"));
        }

        if (place.Latitude is not null && !Coordinate.IsDatum(place.Datum))
        {
            errors.Add(new($"{field}.datum", "有坐标时请注明坐标系：wgs84、gcj02 或 bd09。"));
        }

        if (place.Division is { } division && !DivisionCode().IsMatch(division))
        {
            errors.Add(new($"{field}.division", "行政区划代码应为 6 到 12 位数字。"));
        }
    }

    /// <param name="anonymous">Whether the sender asked to be: then he leaves no contact.</param>
    public static void Contact(List<FieldError> errors, Contact contact, bool anonymous)
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

        if (anonymous)
        {
            errors.Add(new("contact", "选择匿名时请不要填写联系方式，或取消匿名。"));
        }
    }

    /// <summary>The text cleaned; null when nothing is left of it.</summary>
    public static string? Given(string? text) => TextCleaner.Clean(text) is { Length: > 0 } given ? given : null;

    public static Place Clean(Place place) => place with { Text = Given(place.Text), Division = Given(place.Division), Grid = Given(place.Grid) };

    /// <summary>The contact cleaned; the sender is ours to name and stays as it is.</summary>
    public static Contact Clean(Contact contact) =>
        contact with { Name = Given(contact.Name), Phone = Given(contact.Phone), Email = Given(contact.Email), Address = Given(contact.Address) };

    private static void Longest(List<FieldError> errors, string field, string part, string? text, int longest, string name)
    {
        if (text?.Length > longest)
        {
            errors.Add(new(field + part, $"{name}最多 {longest} 个字，现有 {text.Length} 个。"));
        }
    }

    [GeneratedRegex(@"^[0-9]{6,12}$", RegexOptions.CultureInvariant)]
    private static partial Regex DivisionCode();

    [GeneratedRegex(@"^\+?[0-9][0-9 -]{4,19}$", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneNumber();

    [GeneratedRegex(@"^[^@\s]{1,64}@[^@\s]{1,189}$", RegexOptions.CultureInvariant)]
    private static partial Regex MailAddress();
}
