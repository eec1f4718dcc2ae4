using FsCheck;
using FsCheck.Fluent;
using Hotline.Intake.MessageBoard.Sync;
using Hotline.UnitTests.Core;

namespace Hotline.UnitTests.MessageBoard;

/// <summary>How far down a list is read.</summary>
public sealed class PageWalkTests
{
    private static readonly DateTimeOffset Now = Looks.Start;

    [Fact]
    public void A_list_never_read_is_read_to_its_end()
    {
        var walk = new PageWalk(0, 1, Now, null);
        Assert.Equal(PageStep.Next, walk.Take(Page(30, 20)));
        Assert.Equal(PageStep.Next, walk.Take(Page(19, 10)));
        Assert.Equal(PageStep.Done, walk.Take([]));
        Assert.Equal(30, walk.Top);
    }

    [Fact]
    public void Below_the_watermark_the_overlap_is_read_again()
    {
        var walk = new PageWalk(25, overlapPages: 2, Now, null);
        Assert.Equal(PageStep.Next, walk.Take(Page(40, 31)));
        Assert.Equal(PageStep.Next, walk.Take(Page(30, 21)));
        Assert.Equal(PageStep.Next, walk.Take(Page(20, 11)));
        Assert.Equal(PageStep.Done, walk.Take(Page(10, 1)));
        Assert.Equal(40, walk.Top);
    }

    [Fact]
    public void What_was_published_of_late_is_read_again_however_many_pages_it_fills()
    {
        var walk = new PageWalk(40, overlapPages: 0, Now.AddDays(-3), null);
        Assert.Equal(PageStep.Next, walk.Take(Page(40, 31, Now.AddDays(-1))));
        Assert.Equal(PageStep.Next, walk.Take(Page(30, 21, Now.AddDays(-2))));
        Assert.Equal(PageStep.Done, walk.Take(Page(20, 11, Now.AddDays(-4))));
    }

    [Fact]
    public void An_end_before_the_watermark_is_not_believed()
    {
        Assert.Equal(PageStep.Doubtful, new PageWalk(25, 1, Now, null).Take([]));
        var walk = new PageWalk(25, 1, Now, null);
        walk.Take(Page(40, 31));
        Assert.Equal(PageStep.Doubtful, walk.Take([]));
    }

    [Fact]
    public void A_list_that_turns_in_a_circle_is_not_believed()
    {
        var walk = new PageWalk(0, 1, Now, null);
        walk.Take(Page(40, 31));
        Assert.Equal(PageStep.Doubtful, walk.Take(Page(40, 31)));
    }

    [Fact]
    public void Nothing_older_than_the_floor_is_asked_for()
    {
        var walk = new PageWalk(0, 1, Now, Now.AddDays(-30));
        Assert.Equal(PageStep.Next, walk.Take(Page(40, 31, Now.AddDays(-29))));
        Assert.Equal(PageStep.Done, walk.Take(Page(30, 21, Now.AddDays(-31))));
    }

    [Fact]
    public void Every_walk_ends_and_reads_all_above_the_watermark()
    {
        var lists = from tids in Gen.Choose(1, 400).ArrayOf()
                    from watermark in Gen.Choose(0, 400)
                    from size in Gen.Choose(1, 20)
                    from overlap in Gen.Choose(0, 3)
                    select (Tids: tids.Distinct().OrderDescending().ToList(), watermark, size, overlap);
        Fuzz.Holds(lists, list =>
        {
            var walk = new PageWalk(list.watermark, list.overlap, Now, null);
            var read = new HashSet<int>();
            for (var count = 0; count < 1000; count++)
            {
                var page = list.Tids.Where(tid => walk.Cursor is null || tid < walk.Cursor).Take(list.size).ToList();
                read.UnionWith(page);
                var step = walk.Take([.. page.Select(tid => Looks.At(0, tid))]);
                if (step != PageStep.Next)
                {
                    return list.Tids.Where(tid => tid > list.watermark).All(read.Contains)
                        && (step == PageStep.Done || (list.watermark > 0 && !list.Tids.Exists(tid => tid <= list.watermark)));
                }
            }

            return false;
        });
    }

    [Theory]
    [InlineData(1, null, 30)]
    [InlineData(2, null, 60)]
    [InlineData(9, null, 3600)]
    [InlineData(1000, null, 3600)]
    [InlineData(1, 120, 120)]
    [InlineData(3, 10, 120)]
    [InlineData(1, 10_000_000, 86_400)]
    public void The_pause_doubles_and_heeds_the_board(int failures, int? asked, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), MessageBoardPoller.PauseAfter(failures, asked is { } told ? TimeSpan.FromSeconds(told) : null));

    private static List<BoardSighting> Page(int from, int to, DateTimeOffset? published = null) =>
        [.. Enumerable.Range(to, from - to + 1).Reverse().Select(tid => Looks.At(0, tid) with { PublishedAt = published })];
}
