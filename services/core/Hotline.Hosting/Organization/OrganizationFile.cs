using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>Reads the organization file and the calendars beside it.</summary>
public static class OrganizationFile
{
    /// <summary>The configuration key of its path.</summary>
    public const string Key = "Hotline:Organization";

    private const string Sample = "lvliang.json";
    private const string CalendarPattern = "calendar-*.json";
    private static readonly string[] SampleCalendars = ["calendar-2026.json"];

    /// <summary>The organization at <paramref name="path"/>, or the sample when there is none.</summary>
    /// <remarks>Calendars are the <c>calendar-*.json</c> in the same folder; for a year without one, those that come with the program.</remarks>
    /// <exception cref="OptionsValidationException">The file cannot be used; <see cref="OptionsValidationException.Failures"/> holds all that is wrong, each with its remedy.</exception>
    public static Organization Load(string? path = null)
    {
        var problems = new List<OrganizationProblem>();
        var calendars = new SortedDictionary<int, CalendarYear>();
        foreach (var name in SampleCalendars)
        {
            Add(calendars, Read(name, Embedded(name), OrganizationJson.Default.CalendarYear, problems), name, problems);
        }

        OrganizationData? data;
        if (string.IsNullOrEmpty(path))
        {
            data = Read(Sample, Embedded(Sample), OrganizationJson.Default.OrganizationData, problems);
        }
        else if (!File.Exists(path))
        {
            data = null;
            problems.Add(new(path, "There is no such file.", $"Correct {Key}, or remove it to start with the sample organization."));
        }
        else
        {
            data = Read(path, File.ReadAllBytes(path), OrganizationJson.Default.OrganizationData, problems);
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, CalendarPattern).Order(StringComparer.Ordinal))
            {
                Add(calendars, Read(file, File.ReadAllBytes(file), OrganizationJson.Default.CalendarYear, problems), file, problems);
            }
        }

        if (data is not null)
        {
            problems.AddRange(OrganizationValidator.Validate(data));
        }

        return problems.Count == 0
            ? new Organization(data!, new OfficeCalendar(calendars.Values))
            : throw new OptionsValidationException(Key, typeof(Organization), problems.Select(p => p.ToString()));
    }

    private static void Add(SortedDictionary<int, CalendarYear> calendars, CalendarYear? calendar, string name, List<OrganizationProblem> problems)
    {
        if (calendar is not null)
        {
            problems.AddRange(CalendarValidator.Validate(Path.GetFileName(name), calendar));
            calendars[calendar.Year] = calendar;
        }
    }

    private static T? Read<T>(string name, ReadOnlySpan<byte> json, JsonTypeInfo<T> type, List<OrganizationProblem> problems)
        where T : class
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        try
        {
            var read = JsonSerializer.Deserialize(json.StartsWith(byteOrderMark) ? json[byteOrderMark.Length..] : json, type);
            if (read is not null)
            {
                return read;
            }

            problems.Add(new(name, "The file holds null.", "Start from the sample, lvliang.json."));
        }
        catch (JsonException e)
        {
            problems.Add(new($"{name} {e.Path} line {e.LineNumber + 1}", e.Message, "Correct the JSON there; unknown and doubled members are refused, so look at the spelling too."));
        }

        return null;
    }

    private static ReadOnlySpan<byte> Embedded(string name)
    {
        using var stream = typeof(OrganizationFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in {typeof(OrganizationFile).Assembly.GetName().Name}.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.GetBuffer().AsSpan(0, (int)memory.Length);
    }
}

/// <summary>JSON of the organization file and the calendars: strict, because a misspelt member would silently be a rule that is not there.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OrganizationData))]
[JsonSerializable(typeof(CalendarYear))]
public sealed partial class OrganizationJson : JsonSerializerContext;
