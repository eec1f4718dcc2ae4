using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Receive;

/// <summary>
/// Paired bursts: in every round each server has its turn, in turn the other way round, and only figures of one round are compared.
/// What a noisy neighbour does to one he does to the others; lone rates scatter hopelessly.
/// </summary>
internal sealed class Rounds(Report report, TextWriter progress)
{
    private const int Count = 7;

    /// <summary>One round's figures.</summary>
    private sealed record Round(Cost Echo, Cost Verifying, Cost AllInOne, Cost Intake, Cost Site, Cost Single);

    public async Task RunAsync()
    {
        await using var echo = await EchoCandidate.StartAsync();
        await using var verifying = await EchoCandidate.StartAsync(EchoServer.VerifyingPath);
        await using var allInOne = await AppealCandidate.StartAsync("all-in-one", dispatches: true, []);
        await using var intake = await AppealCandidate.StartAsync("intake", dispatches: false, ["--Hotline:Services=intake-app"]);
        await using var site = await AppealCandidate.SiteAsync();
        await using var single = await AppealCandidate.StartAsync("single", dispatches: true, ["--Hotline:Sqlite:BatchCount=1"]);
        Candidate[] candidates = [echo, verifying, allInOne, intake, site, single];
        foreach (var candidate in candidates.Reverse()) // those that are soon warm last: a connection nobody uses is closed after two minutes
        {
            await candidate.WarmAsync();
        }

        await SettleDiskAsync(allInOne, intake);
        var (allDisk, intakeDisk) = (ProcessFiles.DiskBytes(allInOne.Server.ProcessId), ProcessFiles.DiskBytes(intake.Server.ProcessId));
        var (allBefore, intakeBefore) = (allInOne.Received, intake.Received);
        var rounds = new List<Round>();
        for (var number = 0; number < Count; number++)
        {
            var costs = new Dictionary<Candidate, Cost>();
            foreach (var candidate in number % 2 == 0 ? candidates : candidates.Reverse())
            {
                costs[candidate] = await candidate.RushAsync();
            }

            var round = new Round(costs[echo], costs[verifying], costs[allInOne], costs[intake], costs[site], costs[single]);
            rounds.Add(round);
            await progress.WriteLineAsync(
                $"round {number + 1}: echo {Report.Show(round.Echo.Burst.PerSecond)}/s, all-in-one {Report.Show(round.AllInOne.Burst.PerSecond)}/s, intake alone {Report.Show(round.Intake.Burst.PerSecond)}/s, by HMAC {Report.Show(round.Site.Burst.PerSecond)}/s, one transaction each {Report.Show(round.Single.Burst.PerSecond)}/s");
        }

        await SettleDiskAsync(allInOne, intake);
        double body = Load.AppRequests.Body.Length;
        Judge(rounds);
        var intakeBytes = (ProcessFiles.DiskBytes(intake.Server.ProcessId) - intakeDisk) / (intake.Received - intakeBefore) / body;
        var allBytes = (ProcessFiles.DiskBytes(allInOne.Server.ProcessId) - allDisk) / (allInOne.Received - allBefore) / body;
        report.Judge($"bytes to disk ÷ body ({body:0} bytes), original and checkpoints included: intake alone", intakeBytes, Report.Show(intakeBytes), 10, 4, atMost: true);
        report.Tell("– with the work order (all-in-one)", Report.Show(allBytes));
        report.Tell("memory after the rounds: all-in-one, echo", $"{ProcessFiles.Resident(allInOne.Server.ProcessId) >> 20} MB, {ProcessFiles.Resident(echo.Server.ProcessId) >> 20} MB ({allInOne.Received} appeals)");

        var flow = await allInOne.FlowAsync(500, TimeSpan.FromSeconds(8));
        report.Judge("p99 at 500/s, open loop", flow.Milliseconds(0.99), $"{Report.Show(flow.Milliseconds(0.99))} ms (p50 {Report.Show(flow.Milliseconds(0.5))}, max {Report.Show(flow.Milliseconds(1))})", 60, 20, atMost: true, unit: " ms");
    }

    private static async Task SettleDiskAsync(params AppealCandidate[] candidates)
    {
        foreach (var candidate in candidates)
        {
            await candidate.Server.CheckpointAsync();
        }
    }

    private void Judge(List<Round> rounds)
    {
        Spread Of(Func<Round, double> figure) => Statistics.Of(rounds.Select(figure));
        var echo = Of(round => round.Echo.Burst.PerSecond);
        report.Tell("bare Kestrel echo /s", Report.Show(echo) + (echo.Median < 20_000 ? " — below 20,000/s: the machine was too busy to judge rates" : ""));
        report.Tell("durable receives /s, all-in-one", Report.Show(Of(round => round.AllInOne.Burst.PerSecond)));
        report.Tell("durable receives /s, intake alone", Report.Show(Of(round => round.Intake.Burst.PerSecond)));
        report.Judge("receives ÷ echo, intake alone", Of(round => round.Intake.Burst.PerSecond / round.Echo.Burst.PerSecond), 0.20, 0.40);
        report.Judge("receives ÷ echo, all-in-one (dispatch at work beside)", Of(round => round.AllInOne.Burst.PerSecond / round.Echo.Burst.PerSecond), 0.20, 0.40);
        report.Tell("receives ÷ echo, intake alone, proven by an HMAC: the portal's endpoint for sites", Report.Show(Of(round => round.Site.Burst.PerSecond / round.Echo.Burst.PerSecond)));
        report.Tell(
            "receives ÷ an echo that verifies one ES256 signature: all-in-one; intake alone",
            $"{Report.Show(Of(round => round.AllInOne.Burst.PerSecond / round.Verifying.Burst.PerSecond))}; {Report.Show(Of(round => round.Intake.Burst.PerSecond / round.Verifying.Burst.PerSecond))}");
        report.Judge("receives ÷ the same with one transaction per write, all-in-one", Of(round => round.AllInOne.Burst.PerSecond / round.Single.Burst.PerSecond), 4, 7);
        report.Judge("p99 ÷ echo's p99, intake alone", Of(round => round.Intake.Burst.Milliseconds(0.99) / round.Echo.Burst.Milliseconds(0.99)), 6, 3, atMost: true);
        report.Judge("p99 ÷ echo's p99, all-in-one (dispatch at work beside)", Of(round => round.AllInOne.Burst.Milliseconds(0.99) / round.Echo.Burst.Milliseconds(0.99)), 6, 3, atMost: true);
        report.Tell(
            "p99 at 64 connections: intake alone, all-in-one, echo, ms",
            $"{Report.Show(Of(round => round.Intake.Burst.Milliseconds(0.99)))}, {Report.Show(Of(round => round.AllInOne.Burst.Milliseconds(0.99)))}, {Report.Show(Of(round => round.Echo.Burst.Milliseconds(0.99)))}");
        report.Judge("bytes allocated per receive ÷ echo's: intake alone", Of(round => round.Intake.AllocatedEach / round.Echo.AllocatedEach), 4, 2, atMost: true);
        report.Tell(
            "bytes allocated: echo; receive; receive and work order",
            $"{Report.Show(Of(round => round.Echo.AllocatedEach).Median)}; {Report.Show(Of(round => round.Intake.AllocatedEach).Median)}; {Report.Show(Of(round => round.AllInOne.AllocatedEach).Median)}");
        report.Tell(
            "CPU µs: echo; echo with a signature; receive; receive and work order; receive by HMAC",
            $"{Report.Show(Of(round => round.Echo.CpuMicrosecondsEach))}; {Report.Show(Of(round => round.Verifying.CpuMicrosecondsEach))}; {Report.Show(Of(round => round.Intake.CpuMicrosecondsEach))}; {Report.Show(Of(round => round.AllInOne.CpuMicrosecondsEach))}; {Report.Show(Of(round => round.Site.CpuMicrosecondsEach))}");
    }
}
