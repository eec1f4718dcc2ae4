using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Hotline.SupervisionLine.Sealing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.SupervisionLine;

/// <summary>The line's pages and their files, from this assembly: nothing of another origin.</summary>
/// <param name="address">Of the mailbox; empty when none is read, or none to be told.</param>
internal sealed class SupervisionPages(OfficerKeys officers, string address)
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        ["sealing.js"] = "text/javascript; charset=utf-8",
        ["reporter.js"] = "text/javascript; charset=utf-8",
        ["station.js"] = "text/javascript; charset=utf-8",
        ["returning.js"] = "text/javascript; charset=utf-8",
        ["custody.js"] = "text/javascript; charset=utf-8",
        ["mime.js"] = "text/javascript; charset=utf-8",
        ["mailview.js"] = "text/javascript; charset=utf-8",
        ["conflicts.js"] = "text/javascript; charset=utf-8",
        ["page.css"] = "text/css; charset=utf-8",
    }.ToFrozenDictionary();

    // Chinese stays Chinese: the default encoder writes each character as an entity.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string _reporter = officers.Closed is null ? Fill(officers, address) : Read("closed.html");

    public IResult Reporter() => Html(_reporter, officers.Closed is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    public static IResult Station() => Html(Read("station.html"), StatusCodes.Status200OK);

    public static IResult Asset(string name) => Types.TryGetValue(name, out var type) ? TypedResults.Text(Read(name), type) : TypedResults.NotFound();

    /// <summary>A page that answers a plain post.</summary>
    /// <param name="content">HTML; what is not ours in it is encoded.</param>
    public static IResult Answer(string content, int status) => Html(Read("answer.html").Replace("{{content}}", content, StringComparison.Ordinal), status);

    public static string Encode(string text) => Encoder.Encode(text);

    private static string Fill(OfficerKeys officers, string address)
    {
        var keys = $"[{string.Join(',', officers.ByThumbprint.Values.Select(key => JsonSerializer.Serialize(key, SealingJson.Default.P256Key)))}]";
        var faults = string.Concat(PlainReport.FaultNames.Select(fault => $"<label><input type=\"checkbox\" name=\"fault\" value=\"{fault}\">{fault}</label>"));
        var mail = address.Length > 0 ? Read("mail.html").Replace("{{address}}", Encode(address), StringComparison.Ordinal) : "";
        return Read("reporter.html").Replace("{{mail}}", mail, StringComparison.Ordinal).Replace("{{officers}}", Encode(keys), StringComparison.Ordinal).Replace("{{faults}}", faults, StringComparison.Ordinal);
    }

    private static ContentHttpResult Html(string page, int status) => TypedResults.Text(page, "text/html; charset=utf-8", Encoding.UTF8, status);

    private static string Read(string name)
    {
        using var stream = typeof(SupervisionPages).Assembly.GetManifestResourceStream("supervision/" + name) ?? throw new InvalidOperationException($"The page {name} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
