using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.Phone;

/// <summary>From what an agent writes down to the common draft. Pure: no clock, no store.</summary>
public static class PhoneNormalizer
{
    private const int LongestTitle = 100;
    private const int LongestCause = 1000;
    private const int ShortestText = 2;
    private const int HeadLength = 30;
    private const int LongestCallId = 100;

    /// <summary>All that is wrong; empty when it can be received.</summary>
    public static IReadOnlyList<FieldError> Check(PhoneAppeal appeal)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Text(errors, "text", appeal.Text, "诉求经过", ShortestText);
        SubmissionChecks.Longest(errors, "title", appeal.Title, LongestTitle, "标题");
        SubmissionChecks.Longest(errors, "cause", appeal.Cause, LongestCause, "起因");
        SubmissionChecks.Longest(errors, "category", appeal.Category, LongestTitle, "类别");
        SubmissionChecks.Longest(errors, "callId", appeal.CallId, LongestCallId, "通话编号");
        SubmissionChecks.Nature(errors, appeal.Nature);
        if (appeal.Place is { } place)
        {
            SubmissionChecks.Place(errors, "place", place);
        }

        if (appeal.Contact is { } contact)
        {
            SubmissionChecks.Contact(errors, ContactOf(contact, null), appeal.Anonymous);
        }

        return errors;
    }

    /// <summary>All that is wrong with an event of a call.</summary>
    public static IReadOnlyList<FieldError> Check(CallEvent told)
    {
        var errors = new List<FieldError>();
        if (told.CallId is not { Length: > 0 and <= LongestCallId } || told.CallId.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            errors.Add(new("callId", $"通话编号应为 1 到 {LongestCallId} 个可见 ASCII 字符。"));
        }

        if (told.State is not { Length: > 0 and <= 40 })
        {
            errors.Add(new("state", "缺少通话状态。"));
        }

        if (told.At is null)
        {
            errors.Add(new("at", "缺少发生时间，应带时区。"));
        }

        if (told.Rating is < 1 or > 5)
        {
            errors.Add(new("rating", "评分应为 1 到 5。"));
        }

        SubmissionChecks.Longest(errors, "agent", told.Agent, 100, "坐席账号");
        SubmissionChecks.Longest(errors, "skillGroup", told.SkillGroup, 100, "专席");
        SubmissionChecks.Longest(errors, "caller", told.Caller, 40, "主叫号码");
        return errors;
    }

    /// <summary>The elements 五要素 an agent has not written down yet, in zh-CN: he still has the caller on the line.</summary>
    public static IReadOnlyList<string> Missing(PhoneAppeal appeal)
    {
        (string Name, bool Given)[] elements =
        [
            ("姓名", appeal.Anonymous || SubmissionChecks.Given(appeal.Contact?.Name) is not null),
            ("时间", appeal.OccurredAt is not null),
            ("地址", appeal.Place is { Text: not null } or { Latitude: not null } or { Division: not null }),
            ("起因", SubmissionChecks.Given(appeal.Cause) is not null),
        ];
        return [.. elements.Where(element => !element.Given).Select(element => element.Name)];
    }

    /// <param name="appeal">Without errors.</param>
    /// <param name="agent">The agent's account.</param>
    /// <param name="key">The agent's own id of this submission.</param>
    /// <param name="caller">The number the call came from; null when withheld or unknown.</param>
    public static AppealDraft Normalize(PhoneAppeal appeal, string agent, string key, string? caller)
    {
        var text = TextCleaner.Clean(appeal.Text);
        var cause = SubmissionChecks.Given(appeal.Cause);
        return new AppealDraft
        {
            Key = $"{agent}/{key}",
            SourceId = appeal.CallId ?? key,
            Title = SubmissionChecks.Given(appeal.Title) ?? TextCleaner.Head(text, HeadLength),
            Text = cause is null ? text : $"{text}\n起因：{cause}",
            Nature = appeal.Nature,
            Category = SubmissionChecks.Given(appeal.Category),
            Place = appeal.Place is { } place ? SubmissionChecks.Clean(place) : null,
            OccurredAt = appeal.OccurredAt,
            Contact = appeal.Anonymous ? null : SubmissionChecks.Clean(ContactOf(appeal.Contact ?? new PhoneContact(), caller)),
            Anonymous = appeal.Anonymous,
            Confidential = appeal.Confidential,
            Authenticity = caller is null ? "claimed" : "platform",
        };
    }

    private static Contact ContactOf(PhoneContact contact, string? caller) => new(contact.Name, contact.Phone ?? caller, contact.Email, contact.Address);
}
