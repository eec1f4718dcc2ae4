using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Dispatch.Proofs;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.UnitTests.Dispatching;

/// <summary>Proofs 证明材料 of a unit's reply, and what the office wants of them.</summary>
public sealed class ProofTests
{
    [Fact]
    public void Where_the_office_wants_photos_a_reply_without_them_is_refused_by_name()
    {
        var story = Handling();
        Assert.Equal("“环境卫生”的反馈须附办理前照片、办理后照片：请先上传，再反馈。没有解决的，请如实写明没有解决和原因。", Refusal(story));

        story.Attach(Staff.CityHousing, 1, ProofKinds.Before, "a").Attach(Staff.CityHousing, 1, ProofKinds.Scene, "b");
        Assert.Contains("须附办理后照片：", Refusal(story), StringComparison.Ordinal);

        story.Attach(Staff.CityHousing, 1, ProofKinds.After, "c").Reply(Staff.CityHousing, 1);
        Assert.Equal([1, 2, 3], story.Facts.OfType<AssignmentChanged>().Last().Proofs!.Select(proof => proof.Proof));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(null, "2026-03-20")]
    public void What_is_not_solved_needs_no_photo_of_its_being_solved(bool? solved, string? promised)
    {
        var story = Handling();
        var reply = new ReplyRequest("正在调车。", Solved: solved, UnsolvedReason: solved is false ? "等待车辆" : null, PromisedFor: promised is null ? null : DateOnly.Parse(promised, System.Globalization.CultureInfo.InvariantCulture));

        Assert.IsType<Decision.Granted>(story.Try(Staff.CityHousing, (o, r) => AssignmentDecisions.Reply(o, 1, reply, r)));
    }

    [Fact]
    public void A_co_handling_unit_needs_none()
    {
        var story = new Story().Accept(category: "sanitation").Dispatch("city-housing").Dispatch("city-water", "co").Sign(Staff.CityWater, 2).Start(Staff.CityWater, 2);

        Assert.Equal(AssignmentState.Replied, story.Reply(Staff.CityWater, 2).Order.Assignment(2)!.State);
    }

    [Fact]
    public void A_station_passes_on_the_proofs_of_its_unit()
    {
        var story = new Story().Accept(category: "sanitation").Dispatch().Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "141102-urban").Sign(Staff.LishiUrban, 2).Start(Staff.LishiUrban, 2)
            .Attach(Staff.LishiUrban, 2, ProofKinds.Before, "a").Attach(Staff.LishiUrban, 2, ProofKinds.After, "b").Reply(Staff.LishiUrban, 2).Review(Staff.Lishi, 2);

        Assert.Equal(AssignmentState.Replied, story.Reply(Staff.Lishi, 1, text: null).Order.Assignment(1)!.State);
    }

    [Fact]
    public void Handed_in_again_a_file_is_the_same_and_taken_away_it_counts_no_more()
    {
        var story = Handling().Attach(Staff.CityHousing, 1, ProofKinds.Before, "a");
        var again = Assert.IsType<Decision.Granted>(story.Try(Staff.CityHousing, (o, r) => ProofDecisions.Add(o, 1, ProofKinds.Before, [Story.FileOf("a"), Story.FileOf("a")], r)));
        Assert.Empty(again.Facts);

        story.Attach(Staff.CityHousing, 1, ProofKinds.After, "a").Do(Staff.CityHousing, (o, r) => ProofDecisions.Remove(o, 1, 1, r));
        Assert.Equal([2], story.Order.Assignment(1)!.Proofs.Select(proof => proof.Number));
        Assert.Empty(Assert.IsType<Decision.Granted>(story.Try(Staff.CityHousing, (o, r) => ProofDecisions.Remove(o, 1, 1, r))).Facts);
        Assert.IsType<Decision.Missing>(story.Try(Staff.CityHousing, (o, r) => ProofDecisions.Remove(o, 1, 9, r)));
        Assert.Equal(3, story.Attach(Staff.CityHousing, 1, ProofKinds.Before, "a").Order.Assignment(1)!.AllProofs[^1].Number);
    }

    [Fact]
    public void They_are_attached_while_it_is_handled_by_the_unit_and_by_nobody_else()
    {
        var story = new Story().Accept().Dispatch("city-urban");
        Decision Add(StaffUser user) => story.Try(user, (o, r) => ProofDecisions.Add(o, 1, ProofKinds.Scene, [Story.FileOf("a")], r));
        Assert.IsType<Decision.Conflict>(Add(Staff.CityUrban));
        story.Sign(Staff.CityUrban, 1).Start(Staff.CityUrban, 1);
        Assert.IsType<Decision.Denied>(Add(Staff.Dispatcher));
        Assert.IsType<Decision.Denied>(Add(Staff.CityUrbanHead));
        Assert.IsType<Decision.Missing>(Add(Staff.CityWater));
        Assert.IsType<Decision.Granted>(Add(Staff.CityUrban));
        story.Attach(Staff.CityUrban, 1, ProofKinds.Scene).Reply(Staff.CityUrban, 1);
        Assert.IsType<Decision.Conflict>(Add(Staff.CityUrban)); // what the head issues stands still
        Assert.IsType<Decision.Conflict>(story.Try(Staff.CityUrban, (o, r) => ProofDecisions.Remove(o, 1, 1, r)));
    }

    [Fact]
    public void Too_many_are_refused()
    {
        var story = Handling();
        var many = Enumerable.Range(0, ProofDecisions.Most + 1).Select(i => Story.FileOf($"{i}")).ToList();

        Assert.IsType<Decision.Conflict>(story.Try(Staff.CityHousing, (o, r) => ProofDecisions.Add(o, 1, ProofKinds.Scene, many, r)));
    }

    [Fact]
    public void Above_the_unit_they_are_seen_once_a_reply_rests_on_them_and_for_good()
    {
        var story = Handling().Attach(Staff.CityHousing, 1, ProofKinds.Before, "a").Attach(Staff.CityHousing, 1, ProofKinds.After, "b");
        Assert.Empty(ViewOf(story, Staff.Dispatcher).Proofs);
        Assert.Equal(2, ViewOf(story, Staff.CityHousing).Proofs.Count);

        story.Reply(Staff.CityHousing, 1).SendBack(Staff.Dispatcher, 1).Start(Staff.CityHousing, 1).Do(Staff.CityHousing, (o, r) => ProofDecisions.Remove(o, 1, 2, r));

        foreach (var reader in new[] { Staff.Dispatcher, Staff.CallbackAgent, Staff.Acceptor, Staff.Auditor })
        {
            Assert.Equal([(1, false), (2, true)], ViewOf(story, reader).Proofs.Select(proof => (proof.Proof, proof.Removed)));
        }

        Assert.Equal(["after"], ViewOf(story, Staff.CityHousing).ProofsWanted);
        Assert.Null(ViewOf(story, Staff.Dispatcher).ProofsWanted);
    }

    [Fact]
    public void No_event_of_the_stream_holds_a_name_or_a_place_of_a_file()
    {
        var story = Handling();
        var change = Assert.IsType<Decision.Granted>(story.Try(Staff.CityHousing, (o, r) => ProofDecisions.Add(o, 1, ProofKinds.Before, [Story.FileOf("a")], r)));

        Assert.All(change.Facts, fact => Assert.Null(fact.Topic));
    }

    [Theory]
    [InlineData(ProofKinds.After, "application/pdf", null, "file")]
    [InlineData(ProofKinds.Document, "application/pdf", null, null)]
    [InlineData(ProofKinds.Scene, "application/octet-stream", "不支持这种文件。", "file")]
    [InlineData("selfie", "image/png", null, "kind")]
    public void A_file_that_cannot_be_taken_up_is_named(string kind, string mediaType, string? refused, string? wrong)
    {
        var errors = ProofDecisions.Check(kind, [new("x", mediaType, 1, "s", refused)]);

        Assert.Equal(wrong is null ? [] : [wrong], errors.Select(error => error.Field));
    }

    [Fact]
    public void Facts_of_proofs_read_as_they_were_written()
    {
        var story = Handling().Attach(Staff.CityHousing, 1, ProofKinds.Before, "a").Do(Staff.CityHousing, (o, r) => ProofDecisions.Remove(o, 1, 1, r));
        foreach (var fact in story.Facts.TakeLast(2))
        {
            using var written = new MemoryStream();
            using (var writer = new System.Text.Json.Utf8JsonWriter(written))
            {
                WorkOrderDocument.Type.Facts.Write(writer, fact);
            }

            Assert.Equal(fact, WorkOrderDocument.Type.Facts.Read(WorkOrderDocument.Type.Facts.NameOf(fact), written.ToArray()));
        }
    }

    private static Story Handling() => new Story().Accept(category: "sanitation").Dispatch("city-housing").Sign(Staff.CityHousing, 1).Start(Staff.CityHousing, 1);

    private static string Refusal(Story story) =>
        Assert.Single(Assert.IsType<Decision.Invalid>(story.Try(Staff.CityHousing, (o, r) => AssignmentDecisions.Reply(o, 1, new("已清运。"), r))).Errors, error => error.Field == "proofs").Message;

    private static AssignmentView ViewOf(Story story, StaffUser user) =>
        WorkOrderViews.Of(new Document<WorkOrder>(story.Order.Id, 1, story.Facts.Count, story.Order, []), user, Staff.Office).Assignments[0];
}
