using Hotline.SupervisionLine;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.UnitTests.Supervision;

/// <summary>States, totals and officers' keys.</summary>
public sealed class ReportRulesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-officers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_state_has_a_title_is_reached_and_ends()
    {
        foreach (var state in ReportState.Titles.Keys)
        {
            Assert.All(ReportState.After(state), next => Assert.Contains(next, ReportState.Titles.Keys));
            var reached = new HashSet<string> { state };
            var open = new Queue<string>([state]);
            while (open.TryDequeue(out var at))
            {
                foreach (var next in ReportState.After(at).Where(reached.Add))
                {
                    open.Enqueue(next);
                }
            }

            Assert.True(reached.Contains(ReportState.Archived) || reached.Contains(ReportState.Returned) || state == ReportState.PassedUpward, $"{state} never ends.");
            Assert.True(state == ReportState.Registered || ReportState.Titles.Keys.Any(before => ReportState.MayFollow(before, state)), $"{state} is never reached.");
        }
    }

    [Theory]
    [InlineData(0, 0, 0, null, null)]
    [InlineData(4, 0, 0, null, null)]
    [InlineData(5, 0, 5, 0, 5)]
    [InlineData(9, 4, 5, null, null)] // four would be told by the rest
    [InlineData(12, 5, 5, null, null)] // two undecided likewise
    [InlineData(15, 5, 5, 5, 5)]
    public void No_figure_below_five_leaves(int received, int valid, int invalid, int? shownValid, int? shownInvalid)
    {
        var reports = Enumerable.Range(0, received).Select(i => Of(i < valid ? true : i < valid + invalid ? false : null)).ToList();
        var totals = ReleasedTotals.Of("2026-10", reports);
        Assert.Equal(received < 5 ? null : received, totals.Received);
        Assert.Equal((shownValid, shownInvalid), (totals.Valid, totals.Invalid));
    }

    [Fact]
    public void A_programs_mail_counts_once_an_officer_found_it_valid()
    {
        var reports = Enumerable.Range(0, 10).Select(i => Of(i < 5 ? true : null, SealedAt.AutomaticMail)).ToList();
        Assert.Equal((5, 5, 0), (ReleasedTotals.Of("2026-10", reports).Received, ReleasedTotals.Of("2026-10", reports).Valid, ReleasedTotals.Of("2026-10", reports).Invalid));
        Assert.Null(ReleasedTotals.Of("2026-10", reports.Skip(5)).Received);
    }

    [Fact]
    public async Task The_line_is_open_with_three_keys_and_in_practice_with_one()
    {
        Assert.Contains("no officer key", Load(practice: true).Closed, StringComparison.Ordinal);
        await MakeAsync("a");
        Assert.Null(Load(practice: true).Closed);
        Assert.Contains("at least 3", Load(practice: false).Closed, StringComparison.Ordinal);
        await MakeAsync("b");
        await MakeAsync("c");
        Assert.Null(Load(practice: false).Closed);
        File.Copy(Path.Combine(_folder, "a.jwk"), Path.Combine(_folder, "a-again.jwk"));
        Assert.Equal(3, Load(practice: false).ByThumbprint.Count); // one key under two names is one
    }

    [Fact]
    public async Task A_file_that_is_no_public_key_stops_the_start()
    {
        await MakeAsync("a");
        await Assert.ThrowsAsync<InvalidOperationException>(() => MakeAsync("a")); // a key is never overwritten
        File.Copy(Path.Combine(_folder, "private", "a.private.jwk"), Path.Combine(_folder, "b.jwk"));
        Assert.Contains("private key", Assert.Throws<InvalidOperationException>(() => Load(practice: true)).Message, StringComparison.Ordinal);
        foreach (var wrong in new[] { "", "{", "null", """{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""", """{"kty":"RSA"}""" })
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "b.jwk"), wrong);
            Assert.Throws<InvalidOperationException>(() => Load(practice: true));
        }
    }

    [Fact]
    public async Task Neither_the_escrow_key_nor_a_second_key_of_one_officer_counts_as_an_officer()
    {
        foreach (var name in new[] { "a", "a@2027", "b", OfficerKeys.Escrow })
        {
            await MakeAsync(name);
        }

        var keys = Load(practice: false);
        Assert.Contains("keys of 2 officers", keys.Closed, StringComparison.Ordinal);
        Assert.Equal(4, keys.ByThumbprint.Count); // sealed to all the same
        Assert.Equal(["a", "a", "b", OfficerKeys.Escrow], keys.Owners.Values.Order(StringComparer.Ordinal));
        Assert.Equal(["b", OfficerKeys.Escrow], keys.Without(["a"]).Select(key => keys.Owners[key]).Order(StringComparer.Ordinal));
    }

    private OfficerKeys Load(bool practice) => OfficerKeys.Load(_folder, Path.Combine(_folder, "none"), practice);

    private async Task MakeAsync(string name)
    {
        var said = new StringWriter();
        Assert.Equal(0, await new KeyCommands(_ => null, said).RunAsync(["officer-key", name, _folder, Path.Combine(_folder, "private"), KeyCommands.NoPassphrase]));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(_folder, "private", $"{name}.private.jwk")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private static Report Of(bool? valid, string sealedAt = SealedAt.Browser) => new(
        new DateOnly(2026, 10, 3), new CodeVerifier("", ""), "", "", sealedAt, 0, ReportState.Registered, valid, false, null, [new LetterEntry(LetterKinds.Report, "", new DateOnly(2026, 10, 3), "", [])], [], [], [], null, []);
}
