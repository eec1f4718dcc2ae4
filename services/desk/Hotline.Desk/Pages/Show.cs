using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>How things look that several pages show.</summary>
internal static class Show
{
    public static string Time(DateTimeOffset at) => OfficeTime.At(at).ToString("yyyy年M月d日 HH:mm", CultureInfo.InvariantCulture);

    public static string ShortTime(DateTimeOffset at) => OfficeTime.At(at).ToString("M月d日 HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A clock: its color is said in words too.</summary>
    public static Html Clock(DateTimeOffset? due, string? color) => due is not { } at ? Html.Of($"无时限") : Html.Of($"""
        <span class="clock {color}">{color switch { "green" => "时间充裕", "yellow" => "临近到期", "red" => "已超期", _ => "时限" }}</span> <time datetime="{at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}">{ShortTime(at)}</time>
        """);

    /// <summary>A table that becomes cards on a narrow screen; its parts keep their roles there (CSS display would take them away).</summary>
    public static Html Table(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Html>> rows) => Html.Of($"""
        <table role="table"><caption>{caption}</caption><thead role="rowgroup"><tr role="row">{columns.Select(column => Html.Of($"""<th scope="col" role="columnheader">{column}</th>"""))}</tr></thead>
        <tbody role="rowgroup">{rows.Select(row => Html.Of($"""<tr role="row">{row.Select((cell, at) => Html.Of($"""<td role="cell" data-label="{columns[at]}"><span>{cell}</span></td>"""))}</tr>"""))}</tbody></table>
        """);

    /// <summary>Term and description, left out where there is nothing to say.</summary>
    public static Html Term(string term, string? text) => string.IsNullOrEmpty(text) ? Html.Empty : Html.Of($"<dt>{term}</dt><dd>{text}</dd>");

    public static Html Term(string term, Html description) => Html.Of($"<dt>{term}</dt><dd>{description}</dd>");

    public static Html Notice(string text) => text.Length == 0 ? Html.Empty : Html.Of($"""<p class="notice" role="status">{text}</p>""");

    public static string Nature(string code) => Natures.Titles.TryGetValue(code, out var title) ? title : code;

    public static string Urgency(string code) => code switch { "danger" => "危急", "urgent" => "紧急", "normal" => "普通", _ => code };

    public static string Channel(string name) => Channels.ByName.TryGetValue(name, out var channel) ? channel.Title : name;

    /// <summary>A channel as its paths have it.</summary>
    public static string ChannelPath(string name) => name == Channels.Partner.Name ? "partners" : name;

    public static string Role(string code) => code == "lead" ? "主办" : "协办";
}
