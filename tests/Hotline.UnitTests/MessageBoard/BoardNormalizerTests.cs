using System.Text.Json;
using Hotline.Contracts;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.MessageBoard.Sync;

namespace Hotline.UnitTests.MessageBoard;

/// <summary>From the board's words to the office's.</summary>
public sealed class BoardNormalizerTests
{
    private static readonly DateTimeOffset Now = Looks.Start;

    [Theory]
    [InlineData("咨询", null, Natures.Consultation)]
    [InlineData("投诉", 2, Natures.Complaint)]
    [InlineData("求助", null, Natures.Help)]
    [InlineData("建言", null, Natures.Suggestion)]
    [InlineData("感谢", null, Natures.Praise)]
    [InlineData(null, 1, Natures.Consultation)]
    [InlineData(null, 5, Natures.Suggestion)]
    [InlineData("投诉/求助", 2, null)] // either: the office decides
    [InlineData(null, 2, null)]
    [InlineData("两会", null, null)]
    [InlineData(null, 99, null)]
    public void A_type_becomes_a_nature(string? type, int? id, string? nature) => Assert.Equal(nature, Draft(new(7, Subject: "标题", Content: "内容", TypeName: type, TypeId: id)).Nature);

    [Fact]
    public void Publication_is_the_moderations_time_and_the_senders_where_that_is_missing()
    {
        var draft = Draft(new(7, Subject: "标题", Content: "内容", Dateline: 1_772_413_200, ThreadsCheckTime: 1_772_499_600));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_772_413_200), draft.SubmittedAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_772_499_600), draft.PublishedAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_772_413_200), Draft(new(7, Subject: "标题", Content: "内容", Dateline: 1_772_413_200)).PublishedAt);
        Assert.Null(Draft(new(7, Subject: "标题", Content: "内容", Dateline: long.MaxValue)).PublishedAt);
    }

    [Fact]
    public void A_day_of_publication_begins_at_midnight_in_the_office()
    {
        var look = BoardNormalizer.Look(new BoardSnapshotItem(7, new DateOnly(2026, 3, 2), Title: "标题", Content: "内容"), Now, 3, default)!;
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 16, 0, 0, TimeSpan.Zero), look.PublishedAt);
        Assert.Equal(3, look.Fid);
        Assert.Null(look.SubmittedAt);
    }

    [Fact]
    public void The_forum_tells_addressee_and_place()
    {
        var item = new BoardItem(7, 3, Subject: "标题", Content: "内容", ForumName: "某市委书记", DomainName: "城建", From: " 某省 某市");
        Assert.Equal("某市委书记", Draft(item).Addressee);
        Assert.Equal(new Place("某省 某市"), Draft(item).Place);
        Assert.Equal("message-board/城建", Draft(item).Category);
        var known = Draft(item, new BoardForum { Fid = 3, Addressee = "市委书记", Division = "141102" });
        Assert.Equal("市委书记", known.Addressee);
        Assert.Equal(new Place("某省 某市", Division: "141102"), known.Place);
        Assert.Null(Draft(new(7, Subject: "标题", Content: "内容")).Place);
    }

    [Theory]
    [InlineData("<p>第一行<br/>第二行</p>", "第一行\n第二行")]
    [InlineData("水压&lt;0.1MPa", "水压<0.1MPa")]
    [InlineData("他说&amp;quot;明天&amp;quot;", "他说\"明天\"")]
    [InlineData("水压<0.1MPa", "水压<0.1MPa")]
    [InlineData("", "标题")]
    public void Markup_of_the_board_is_undone_and_the_citizens_own_kept(string content, string text) =>
        Assert.Equal(text, Draft(new(7, Subject: "标题", Content: content)).Text);

    [Fact]
    public void Without_a_subject_the_first_words_are_the_title() => Assert.Equal("路灯不亮。", Draft(new(7, Content: "路灯不亮。")).Title);

    [Fact]
    public void Nothing_said_is_no_text() => Assert.Null(BoardNormalizer.Look(new BoardItem(7, Subject: " ", Content: "\u0000"), Now, isDetail: false, default)!.Text);

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(5.0, 5.0)]
    [InlineData(6.0, null)]
    public void No_rating_is_not_a_bad_one(double told, double? points) =>
        Assert.Equal(points, BoardNormalizer.Look(new BoardItem(7, Grade: told), Now, isDetail: false, default)!.Rating?.Grade);

    [Fact]
    public void A_short_text_that_ends_in_dots_is_not_cut()
    {
        Assert.False(BoardNormalizer.IsCut("等了很久..."));
        Assert.True(BoardNormalizer.IsCut(new string('长', 100) + "..."));
        Assert.False(BoardNormalizer.IsCut(new string('长', 100)));
        Assert.True(BoardNormalizer.Look(new BoardItem(7, Subject: "标题", Content: new string('长', 100) + "..."), Now, isDetail: false, default)!.IsCut);
        Assert.False(BoardNormalizer.Look(new BoardItem(7, Subject: "标题", Content: new string('长', 100) + "..."), Now, isDetail: true, default)!.IsCut);
    }

    [Fact]
    public void A_cut_text_never_becomes_a_draft()
    {
        var (state, _) = BoardChanges.Of(null, [Looks.At(0).Saying(Looks.Cut(Looks.Long()))]);
        Assert.Throws<InvalidOperationException>(() => BoardNormalizer.Normalize(state, null, null));
    }

    [Fact]
    public void Numbers_may_be_text_and_unknown_fields_may_be_anything()
    {
        var item = JsonSerializer.Deserialize("""{"tid":"7","grade":"4","userId":12,"answerId":"a1","answerContent":"已修。","new":{"x":[1]},"stateInfo":"已转交"}""", BoardJson.Default.BoardItem)!;
        var look = BoardNormalizer.Look(item, Now, isDetail: false, default)!;
        Assert.Equal((7, 4.0, "12", "a1", "已转交"), (look.Tid, look.Rating?.Grade, look.Contact?.Sender, look.Answer?.Id, look.Status));
    }

    [Fact]
    public void Who_wrote_it_is_in_no_fact()
    {
        var item = new BoardItem(7, Subject: "标题", Content: "内容", NickName: "标记甲", RealName: "标记乙", Phone: "标记丙");
        var (state, facts) = BoardChanges.Of(null, [BoardNormalizer.Look(item, Now, isDetail: false, default)!]);
        Assert.DoesNotContain("标记", $"{state}{string.Concat(facts)}", StringComparison.Ordinal);
    }

    private static Hotline.Intake.AppealDraft Draft(BoardItem item, BoardForum? forum = null)
    {
        var look = BoardNormalizer.Look(item, Now, isDetail: false, default)!;
        return BoardNormalizer.Normalize(BoardChanges.Of(null, [look]).State, look.Contact, forum);
    }
}
