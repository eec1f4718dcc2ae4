using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.Calls;

namespace Hotline.AllInOne.Practice;

/// <summary>
/// A citizen's telephone for practice: <c>keys FOLDER 1 1 1 1</c> picks up the oldest call that waits in the folder, hears each question and presses the keys, one for
/// each question he is asked; when they run out he hangs up. <c>keys FOLDER busy</c>, or another outcome, ends it so. Without either it shows what waits.
/// </summary>
public static class KeysCommand
{
    private static readonly string[] NotPickedUp = [CallOutcomes.NoAnswer, CallOutcomes.Busy, CallOutcomes.Off, CallOutcomes.Failed];

    /// <returns>0 when there was something to do and it was done.</returns>
    public static async Task<int> RunAsync(string[] options, TextWriter output, TimeProvider time)
    {
        if (options is not [var folder, .. var keys])
        {
            await Console.Error.WriteLineAsync("keys wants the folder of Hotline:Calls:Folder: keys data/outgoing-calls 1 1 1 1");
            return 1;
        }

        var platform = new FolderCallPlatform(folder);
        var waiting = platform.Waiting();
        if (waiting is not [var call, ..])
        {
            await Console.Error.WriteLineAsync($"No call waits in {folder}.");
            return 1;
        }

        await output.WriteLineAsync($"It rings at {call.Phone}, not after {OfficeTime.At(call.NotAfter):HH:mm}{(waiting.Count > 1 ? $"; {waiting.Count - 1} more wait" : "")}.");
        if (keys.Length == 0)
        {
            await output.WriteLineAsync(call.Script.Opening);
            foreach (var question in call.Script.Questions)
            {
                await output.WriteLineAsync($"  {(question.If is null ? "" : "(in some cases) ")}{question.Say}");
            }

            return 0;
        }

        var report = keys is [var outcome] && NotPickedUp.Contains(outcome)
            ? new CallReport(call.Call, CallReport.Ended, time.GetUtcNow(), outcome)
            : await PressAsync(call, keys, output, time);
        if (report is null)
        {
            return 1;
        }

        platform.Report(report);
        await output.WriteLineAsync($"The call ended: {report.Outcome}.");
        return 0;
    }

    private static async Task<CallReport?> PressAsync(OutgoingCall call, string[] keys, TextWriter output, TimeProvider time)
    {
        await output.WriteLineAsync(call.Script.Opening);
        var (pressed, answers, outcome) = (new List<PressedKey>(), new List<CallAnswer>(), CallOutcomes.Answered);
        foreach (var question in call.Script.Questions.Where(question => question.If is not { } condition || answers.Contains(condition)))
        {
            if (pressed.Count == keys.Length)
            {
                outcome = CallOutcomes.HungUp;
                break;
            }

            var given = keys[pressed.Count];
            if (question.Keys.Concat(call.Script.Always).FirstOrDefault(key => key.Key == given) is not { } key)
            {
                await Console.Error.WriteLineAsync($"There is no key {given} at: {question.Say} Nothing was told to Hotline.");
                return null;
            }

            await output.WriteLineAsync($"  {question.Say} – {given}");
            pressed.Add(new(question.Name, given));
            answers.Add(new(question.Name, key.Value));
            if (key.Ends is { } ends)
            {
                outcome = ends;
                break;
            }
        }

        return new(call.Call, CallReport.Ended, time.GetUtcNow(), outcome, pressed);
    }
}
