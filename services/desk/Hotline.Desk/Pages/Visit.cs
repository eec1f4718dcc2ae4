using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Hosting;
using Microsoft.Extensions.Primitives;

namespace Hotline.Desk.Pages;

/// <summary>A request to a page: who asks, what he filled in, and what the page asks the services with.</summary>
/// <param name="Session">Null for one who came with a bearer token.</param>
/// <param name="Form">What was posted; null for a page that is only looked at.</param>
internal sealed record Visit(HttpContext Http, StaffUser User, StaffSession? Session, IFormCollection? Form, ServiceApi Api, Organization Organization, FormTokens Tokens)
{
    public CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>What a form's token is for: this person in this session, nobody else's page.</summary>
    public string TokenPurpose => $"{User.Account}/{Session?.Id:N}";

    /// <summary>The hidden field every form carries.</summary>
    public Html TokenField => Html.Of($"""<input type="hidden" name="{DeskRoutes.TokenName}" value="{Tokens.Issue(TokenPurpose)}">""");

    /// <summary>What was posted with the form; empty where it has no files.</summary>
    public IReadOnlyList<UploadedFile> Files { get; init; } = [];

    /// <summary>The version of the order the form was drawn from; null where the form does not carry it.</summary>
    public int? Version => int.TryParse(this["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : null;

    /// <summary>A posted field without the blanks around it; empty when it was not sent.</summary>
    public string this[string field] => Form is { } form && form.TryGetValue(field, out var value) && !StringValues.IsNullOrEmpty(value) ? value[0]!.Trim() : "";

    /// <summary>The same, null when empty, as the services take it.</summary>
    public string? Given(string field) => this[field] is { Length: > 0 } value ? value : null;

    /// <summary>A browser's local time, which is the office's; null for what is none.</summary>
    public DateTimeOffset? TimeIn(string field) =>
        DateTime.TryParseExact(this[field], ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? new DateTimeOffset(local, OfficeTime.Offset) : null;

    /// <summary>A choice of yes and no; null for neither.</summary>
    public bool? YesOrNo(string field) => this[field] switch { "yes" => true, "no" => false, _ => null };

    public DeskPage Page(string title, Html body, int status = StatusCodes.Status200OK) => new(status, title, body, this);

    /// <summary>A page that says why there is none.</summary>
    public DeskPage Problem(ApiProblem problem) => Page(
        problem.Status == StatusCodes.Status404NotFound ? "没有找到" : "没有成功",
        Html.Of($"""<section><p class="error">{problem.Detail ?? "没有成功。"}</p><p>{problem.Remedy}</p><p><a href="/desk">回首页</a></p></section>"""),
        problem.Status);

    /// <summary>See other (RFC 9110): so that a reload posts nothing twice.</summary>
    public static IResult SeeOther(string path) => new SeeOtherResult(path);
}

/// <summary>Leads a browser on after what it posted was taken up.</summary>
internal sealed class SeeOtherResult(string path) : IResult
{
    public string Path => path;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
