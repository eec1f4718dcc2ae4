using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.Partners.Province;

/// <summary>From the platform's order to the common draft, and from our states to the platform's. Pure: no clock, no store.</summary>
public static class ProvinceNormalizer
{
    private const int MostFiles = 50;
    private const int LongestUrl = 2000;

    /// <summary>All that is wrong with an order, each with the field; empty when it can be received.</summary>
    public static IReadOnlyList<FieldError> Check(ProvinceOrder order)
    {
        var errors = new List<FieldError>();
        SubmittedNormalizer.CheckId(errors, "foreignId", order.ForeignId);
        SubmissionChecks.Text(errors, "content", order.Content, "工单内容", 2);
        SubmissionChecks.Longest(errors, "title", order.Title, 200, "标题");
        SubmissionChecks.Longest(errors, "category", order.Category, 200, "类别");
        SubmissionChecks.Nature(errors, order.Nature);
        if (order.Place is { } place)
        {
            SubmissionChecks.Place(errors, "place", place);
        }

        if (order.Citizen is { } citizen)
        {
            SubmissionChecks.Contact(errors, ContactOf(citizen), anonymous: false);
        }

        if (order.Attachments?.Count > MostFiles)
        {
            errors.Add(new("attachments", $"附件最多 {MostFiles} 个。"));
        }

        foreach (var (file, at) in (order.Attachments ?? []).Select(static (file, at) => (file, at)))
        {
            if (file.Url is not { Length: <= LongestUrl } url || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "ftp" or "sftp"))
            {
                errors.Add(new($"attachments[{at}].url", "应为 http、https、ftp 或 sftp 地址。"));
            }
        }

        return errors;
    }

    /// <summary>What is wrong with a cancellation.</summary>
    public static IReadOnlyList<FieldError> Check(ProvinceCancellation cancellation)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Longest(errors, "reason", cancellation.Reason, 500, "原因");
        return errors;
    }

    /// <param name="order">Without errors.</param>
    public static AppealDraft Normalize(ProvinceOrder order, SignedSender sender)
    {
        var text = TextCleaner.Clean(order.Content);
        return new AppealDraft
        {
            Key = SubmittedNormalizer.KeyOf(sender, order.ForeignId!),
            SourceId = order.ForeignId!,
            Source = sender.Source,
            Title = SubmissionChecks.Given(order.Title) ?? TextCleaner.Head(text, 30),
            Text = text,
            SubmittedAt = order.SubmittedAt,
            Nature = order.Nature,
            Category = SubmissionChecks.Given(order.Category),
            Place = order.Place is { } place ? SubmissionChecks.Clean(place) : null,
            OccurredAt = order.OccurredAt,
            Contact = order.Citizen is { } citizen ? SubmissionChecks.Clean(ContactOf(citizen)) : null,
            Confidential = order.Confidential,
            Authenticity = "platform",
            Marks = [.. MarksOf(order)],
        };
    }

    /// <summary>What an edit says, for who handles the order.</summary>
    public static string EditOf(ProvinceOrder order) =>
        string.Join('\n', [$"上级平台修改了工单：{SubmissionChecks.Given(order.Title)}", .. MarksOf(order), TextCleaner.Clean(order.Content)]);

    /// <summary>The platform's word for where an order stands, and how people read it.</summary>
    public static (string State, string Title) StateOf(ReceivedAppeal appeal) => appeal switch
    {
        { Own: ProvincePart { Returned: not null } } => ("returned", "已退回"),
        { WithdrawnAt: not null } => ("cancelled", "已撤销"),
        { State: "received" } => ("pending", "待受理"),
        { State: "accepted" } => ("accepted", "已受理"),
        { State: "handled" or "answered" } => ("handled", "已办结"),
        { State: "callback" } => ("callback", "待回访"),
        { State: "closed" } => ("closed", "已结案"),
        _ => ("handling", "办理中"),
    };

    private static IEnumerable<string> MarksOf(ProvinceOrder order)
    {
        if (order.Deadline is { } deadline)
        {
            yield return $"上级平台要求办结时限：{OfficeTime.At(deadline).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}。";
        }

        if (order.Attachments is { Count: > 0 } files)
        {
            yield return $"附件 {files.Count} 个存于上级平台，未下载。";
        }
    }

    private static Contact ContactOf(SubmittedContact citizen) => new(citizen.Name, citizen.Phone, citizen.Email, citizen.Address);
}
