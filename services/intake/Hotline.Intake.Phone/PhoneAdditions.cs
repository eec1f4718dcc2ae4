using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Intake.Phone;

/// <summary>What a caller adds to an appeal of this channel when he calls again: more to say 补充, or that he waits 催单.</summary>
internal sealed class PhoneAdditions([FromKeyedServices(PhoneChannel.Name)] AppealIntake intake, [FromKeyedServices(PhoneChannel.Name)] AppealWatch watch)
{
    private const int MostBytes = 64 * 1024;
    private const int ShortestSupplement = 2;

    public Task<IResult> SupplementAsync(string number, HttpContext http) => AddAsync(
        number, http, ShortestSupplement, (appeal, key, text, original) => intake.SupplementAsync(appeal, key, text, [], original, http.RequestAborted));

    public Task<IResult> UrgeAsync(string number, HttpContext http) => AddAsync(
        number, http, 0, (appeal, key, text, original) => intake.UrgeAsync(appeal, key, SubmissionChecks.Given(text), original, http.RequestAborted));

    private async Task<IResult> AddAsync(
        string number, HttpContext http, int shortest, Func<Document<ReceivedAppeal>, string, string, Original, ValueTask<Document<ReceivedAppeal>>> add)
    {
        if (PhoneDesk.KeyOf(http) is not { } key)
        {
            return PhoneDesk.NoKey();
        }

        using var body = await RequestBytes.ReadAsync(http.Request, MostBytes, http.RequestAborted);
        if (SubmissionJson.Parse(body.Content.Span, PhoneJson.Default.PhoneAddition, out var error) is not { } addition)
        {
            return Problems.Invalid(error!.Value);
        }

        var errors = new List<FieldError>();
        SubmissionChecks.Text(errors, "text", addition.Text, "内容", shortest);
        if (errors.Count > 0)
        {
            return Problems.Invalid(errors);
        }

        if (!AppealNumber.IsValid(number) || await intake.FindAsync(number, http.RequestAborted) is not { } appeal)
        {
            return Problems.NotFound("没有这件电话诉求。", "请核对编号；其他渠道的诉求请诉求人在原渠道补充，或另行登记。");
        }

        var after = await add(appeal, $"{StaffUser.Of(http.User).Account}/{key}", TextCleaner.Clean(addition.Text), new Original(body.Content, "application/json"));
        watch.Changed(after.Id);
        return TypedResults.Ok(AppealTracking.Show(after.State));
    }
}
