using FsCheck;
using FsCheck.Fluent;
using Hotline.Intake.MessageBoard.Sync;
using Hotline.UnitTests.Core;

namespace Hotline.UnitTests.MessageBoard;

/// <summary>A thread folds to the same from its facts in any order, and looks add only what is new.</summary>
public sealed class BoardThreadTests
{
    [Fact]
    public void The_order_of_facts_and_their_repetition_do_not_matter()
    {
        var run = Facts().ArrayOf().Where(facts => facts.Length > 0)
            .SelectMany(facts => Gen.Shuffle(facts.Concat(facts.Take(facts.Length / 2)).ToArray()).Select(shuffled => (facts, shuffled)));
        Fuzz.Holds(run, pair => Told(Looks.Fold(pair.facts)) == Told(Looks.Fold(pair.shuffled)), tests: 3000);
    }

    [Fact]
    public void Looks_in_any_order_told_again_to_the_end_leave_the_same()
    {
        // A source hands out all looks it holds, each time; which of them were there at first does not matter.
        // No two looks are at one moment: a board does not say two things at once.
        var looks = Sighting().ArrayOf(6).Select(all => all.Select((look, index) => look with { At = look.At.AddSeconds(index) }).ToArray())
            .SelectMany(all => Gen.Shuffle(all).Select(order => (all, order)));
        Fuzz.Holds(looks, pair =>
        {
            BoardThread? state = null;
            for (var count = 1; count <= pair.order.Length; count++)
            {
                state = BoardChanges.Of(state, pair.order[..count]).State;
            }

            var straight = BoardChanges.Of(null, pair.all).State;
            return Values(state!) == Values(straight) && BoardChanges.Of(state, pair.all).Facts.Count == 0;
        }, tests: 3000);
    }

    [Fact]
    public void What_is_known_leaves_no_fact()
    {
        var look = Looks.At(0).Saying("坏了三天。") with { Status = "待回复", Rating = new(Manner: 3) };
        var (state, facts) = BoardChanges.Of(null, [look]);
        Assert.Equal(4, facts.Count);
        Assert.Empty(BoardChanges.Of(state, [look, look with { At = look.At.AddDays(1) }]).Facts);
    }

    [Fact]
    public void A_cut_text_waits_until_its_whole_is_had()
    {
        var whole = Looks.Long();
        var (state, _) = BoardChanges.Of(null, [Looks.At(0).Saying(Looks.Cut(whole))]);
        Assert.True(state.IsWaiting);
        Assert.Null(state.Text);
        (state, _) = BoardChanges.Of(state, [Looks.At(1).Saying(whole, isDetail: true)]);
        Assert.False(state.IsWaiting);
        Assert.Equal(whole, state.Text!.Value.Value.Content);
        Assert.Empty(BoardChanges.Of(state, [Looks.At(2).Saying(Looks.Cut(whole))]).Facts);
    }

    [Fact]
    public void A_beginning_that_does_not_fit_any_more_waits_again_and_keeps_the_old_text()
    {
        var (state, _) = BoardChanges.Of(null, [Looks.At(0).Saying(Looks.Long(), isDetail: true)]);
        (state, _) = BoardChanges.Of(state, [Looks.At(1).Saying(Looks.Cut(Looks.Long('井')))]);
        Assert.True(state.IsWaiting);
        Assert.Equal(Looks.Long(), state.Text!.Value.Value.Content);
        Assert.False(BoardChanges.Of(state, [Looks.At(2).Saying(Looks.Long('井'), isDetail: true)]).State.IsWaiting);
        Assert.False(BoardChanges.Of(state, [Looks.At(2).Saying(Looks.Cut(Looks.Long()))]).State.IsWaiting); // edited back
    }

    [Fact]
    public void An_older_version_that_comes_late_is_kept_and_changes_nothing_else()
    {
        var (state, _) = BoardChanges.Of(null, [Looks.At(5).Saying("第二版。")]);
        (state, var facts) = BoardChanges.Of(state, [Looks.At(1).Saying("第一版。")]);
        Assert.Single(facts);
        Assert.Equal("第二版。", state.Text!.Value.Value.Content);
        Assert.Equal(2, state.Versions.Count);
    }

    [Fact]
    public void A_tombstone_is_lifted_when_the_message_is_seen_again()
    {
        var (state, _) = BoardChanges.Of(null, [Looks.At(0).Saying("坏了。")]);
        var gone = BoardChanges.Gone(state, Looks.Start.AddMinutes(5))!;
        state = BoardThread.Apply(state, gone);
        Assert.True(state.IsDeleted);
        Assert.Null(BoardChanges.Gone(state, Looks.Start.AddMinutes(6)));
        Assert.True(BoardChanges.Of(state, [Looks.At(4).Saying("坏了。")]).State.IsDeleted);
        state = BoardChanges.Of(state, [Looks.At(7).Saying("坏了。")]).State;
        Assert.False(state.IsDeleted);
        Assert.Null(BoardChanges.Gone(state, Looks.Start.AddMinutes(6)));
    }

    [Theory]
    [InlineData("已办理", true, true)]
    [InlineData("已办理", false, false)]
    [InlineData("办理中", true, false)]
    [InlineData("已转交某处", true, false)] // a word not known is kept and counts as open
    [InlineData(null, true, false)]
    public void Only_what_is_handled_and_rated_is_final(string? status, bool rated, bool final)
    {
        var (state, _) = BoardChanges.Of(null, [Looks.At(0).Saying("坏了。") with { Status = status, Rating = rated ? new(Grade: 5) : null }]);
        Assert.Equal(status, state.Status?.Value);
        Assert.Equal(final, state.IsFinal);
    }

    [Fact]
    public void A_rating_is_told_once_for_an_appeal_and_again_when_it_changes()
    {
        var (rated, _) = BoardChanges.Of(null, [Looks.At(0).Saying("坏了。") with { Rating = new(Grade: 5) }]);
        Assert.Null(rated.RatingToTell(Looks.Start));

        var received = BoardThread.Apply(rated, new BoardReceived(7, Looks.Start, Guid.Empty, "260302050000063", "hash"));
        var told = received.RatingToTell(Looks.Start)!;
        Assert.Equal((5, null, "260302050000063"), (told.Grade, told.Solved, told.Number));
        var after = BoardThread.Apply(received, told);
        Assert.Null(after.RatingToTell(Looks.Start));
        Assert.Equal(2, BoardThread.Apply(after, new BoardRated(7, Looks.Start.AddMinutes(9), new(Grade: 2))).RatingToTell(Looks.Start)!.Grade);
    }

    private static string Values(BoardThread t) => string.Join('|', t.Fid?.Value, t.Forum?.Value, t.Type?.Value, t.Status?.Value, t.Answer?.Value, t.Rating?.Value, t.Text?.Value, t.IsWaiting, string.Join(',', t.Versions));

    private static string Told(BoardThread t) => string.Join('|', t.Fid, t.Forum, t.Type, t.Domain, t.PublishedAt, t.Text, t.Excerpt, t.Status, t.Answer, t.Rating, t.LastSeenAt, t.LastMissedAt, t.IsDeleted, t.IsWaiting,
        string.Join(',', t.Versions), string.Join(',', t.Supplements));

    private static Gen<BoardSighting> Sighting() =>
        from minute in Gen.Choose(0, 4)
        from version in Gen.Choose(0, 5)
        from status in Gen.Elements(null, "待回复", "办理中", "已办理")
        from points in Gen.Choose(0, 3)
        from type in Gen.Elements(null, "咨询", "投诉")
        let look = Looks.At(minute * 10 + version) with { Status = status, Type = type, Rating = points == 0 ? null : new(Grade: points), Answer = points == 2 ? new("已修复。") : null }
        select version switch
        {
            0 => look,
            1 => look.Saying("第一版。"),
            2 => look.Saying("第二版。"),
            3 => look.Saying("第三版。", "标题改了"),
            4 => look.Saying("第四版。"),
            _ => look.Saying("第五版。"),
        };

    private static Gen<object> Facts() =>
        from minute in Gen.Choose(0, 4)
        from kind in Gen.Choose(0, 8)
        from value in Gen.Choose(0, 3)
        let at = Looks.Start.AddMinutes(minute)
        let text = BoardText.Of($"标题{value}", $"内容{value}")
        select kind switch
        {
            0 => (object)new BoardSeen(7, at, value == 0 ? null : value, value == 1 ? null : $"版块{value}", $"类{value}", null, null, null, at.AddDays(-value)),
            1 => new BoardEdited(7, at, text, IsCut: false),
            2 => new BoardEdited(7, at, text, IsCut: true),
            3 => new BoardStatusChanged(7, at, $"状态{value}"),
            4 => new BoardAnswered(7, at, new($"答复{value}")),
            5 => new BoardRated(7, at, new(Grade: value + 1)),
            6 => new BoardDeleted(7, at),
            7 => new BoardShown(7, at),
            _ => new BoardSupplemented(7, at, $"{value}"),
        };
}
