using System.Text.Json.Serialization;
using Hotline.Hosting;

namespace Hotline.Callback.Tasks;

/// <summary>A call that brought no answer.</summary>
/// <param name="Reached">Whether somebody picked up.</param>
/// <param name="Why">no-answer, busy, off, wrong-number, later or refused.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TryRequest(bool? Reached = null, string? Why = null)
{
    internal IReadOnlyList<FieldError> Check()
    {
        var errors = new List<FieldError>();
        if (Reached is null)
        {
            errors.Add(new("reached", "请填写是否接通。"));
        }

        if (Why is null || !Lists.NoAnswers.ContainsKey(Why))
        {
            errors.Add(new("why", $"请填写以下之一：{string.Join("、", Lists.NoAnswers.Keys)}。"));
        }
        else if (Reached == (Why is not ("later" or "refused" or "wrong-number")))
        {
            errors.Add(new("why", "接通的原因为 later、refused 或 wrong-number，未接通的为其他。"));
        }

        return errors;
    }
}

/// <summary>Takes a task up; nothing to say.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClaimRequest;
