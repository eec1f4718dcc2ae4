using System.ComponentModel.DataAnnotations;
using Hotline.ContractTests.Channels;
using Hotline.Gateway.Partners;
using Xunit;

namespace Hotline.ContractTests.PartnerGateway;

/// <summary>Windows of a minute and of the office's day, and what options are refused at the start.</summary>
public sealed class PartnerQuotaTests
{
    [Fact]
    public void A_minute_and_a_day_of_the_office_begin_anew()
    {
        var time = new ShiftedTime();
        var midnight = new DateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(30_000).UtcDateTime, TimeSpan.Zero).AddHours(16); // 00:00 in +08:00
        time.Ahead = midnight.AddSeconds(-30) - TimeProvider.System.GetUtcNow();
        var quota = new PartnerQuota(2, 5, time);
        var first = quota.Take();
        Assert.Equal((true, 1, 4), (first.Granted, first.OfMinute, first.OfDay));
        Assert.InRange(first.MinuteSeconds, 25, 30);
        Assert.InRange(first.DaySeconds, 25, 30);
        Assert.True(quota.Take().Granted);
        var third = quota.Take();
        Assert.Equal((false, 0, 3, third.MinuteSeconds), (third.Granted, third.OfMinute, third.OfDay, third.RetryAfter));

        time.Ahead += TimeSpan.FromSeconds(31); // another minute, and another day
        Assert.Equal((true, 1, 4), (quota.Take() is var next && next.Granted, next.OfMinute, next.OfDay));
        for (var minute = 0; minute < 2; minute++)
        {
            time.Ahead += TimeSpan.FromMinutes(1);
            quota.Take();
            quota.Take();
        }

        var spent = quota.Take();
        Assert.Equal((false, 0), (spent.Granted, spent.OfDay));
        Assert.Equal(spent.DaySeconds, spent.RetryAfter);
        time.Ahead += TimeSpan.FromMinutes(1);
        Assert.False(quota.Take().Granted);
        time.Ahead += TimeSpan.FromDays(1);
        Assert.True(quota.Take().Granted);
    }

    [Fact]
    public async Task Of_many_at_once_no_more_than_the_quota_are_granted()
    {
        var time = new ShiftedTime();
        var quota = new PartnerQuota(1000, 500, time);
        var granted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 200).Count(_ => quota.Take().Granted))));
        Assert.Equal(500, granted.Sum());
    }

    [Fact]
    public void Options_that_would_confuse_two_partners_end_the_start()
    {
        var options = new PartnerGatewayOptions { Partners = { Partner("a", "1", "同源"), Partner("a", "1", "同源"), Partner("b", "", "") } };
        var said = options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage!).ToList();
        Assert.Equal(4, said.Count);
        Assert.Contains("b has neither Source nor Unit", said[3], StringComparison.Ordinal);
        Assert.DoesNotContain(said, line => line.Contains(new string('1', 32), StringComparison.Ordinal)); // a key is not told
        Assert.True(new PartnerGatewayOptionsValidator().Validate(null, options).Failed);
        Assert.True(new PartnerGatewayOptionsValidator().Validate(null, new() { Partners = { Partner("a", "1", "源") } }).Succeeded);
        foreach (var wrong in new Action<GatewayPartnerOptions>[] { p => p.Key = "short", p => p.Rights.Add("everything"), p => p.Rights.Clear(), p => p.Name = "A b", p => p.PerDay = 0 })
        {
            var partner = Partner("a", "1", "源");
            wrong(partner);
            Assert.True(new PartnerGatewayOptionsValidator().Validate(null, new() { Partners = { partner } }).Failed);
        }

        static GatewayPartnerOptions Partner(string name, string key, string? source) =>
            new() { Name = name, Key = key.Length == 0 ? "" : new string(key[0], 32), Source = source, Rights = { PartnerRights.CaseFile } };
    }
}
