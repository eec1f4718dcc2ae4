using System.Net;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.AllInOne.Practice;

/// <summary>
/// Plays the people of an office with one work order, from received to handled: the acceptor takes what the rules propose, the dispatcher
/// passes it on, station and unit handle it, each reviews what comes back. Then the citizen answers by his link, or the callback agent writes down what he says.
/// </summary>
public sealed class OfficePlayers(StaffClient staff, Organization organization, TimeProvider time)
{
    /// <summary>The accounts that play: tokens are needed for all of them.</summary>
    public static IEnumerable<string> Accounts(Organization organization) => organization.Data.Users.Select(user => user.Account);

    /// <returns>The unit that handled it, by name; 直接答复 when none did.</returns>
    public async Task<string> HandleAsync(string number, CancellationToken cancellation)
    {
        var acceptor = AccountOf(Roles.Acceptor);
        var order = await staff.WorkOrderAsync(acceptor, number, time, cancellation);
        var proposal = order["proposal"]!;
        if (order["state"]!.GetValue<string>() == "received")
        {
            await staff.PostAsync(acceptor, $"/work-orders/{number}/accept", Body(
                ("nature", Text(proposal, "nature")), ("category", Text(proposal, "category")), ("urgency", Text(proposal, "urgency")), ("division", Text(proposal, "division"))), cancellation);
            order = await staff.CallAsync(acceptor, HttpMethod.Get, $"/work-orders/{number}", null, cancellation);
        }

        var target = Text(proposal, "unit");
        if (order["state"]!.GetValue<string>() == "accepted" && (target is null || organization.FirstBelowHotline(target) is null))
        {
            await staff.PostAsync(acceptor, $"/work-orders/{number}/answer", Body(("text", "您好，您反映的问题已答复如下：请凭有效证件到政务大厅综合窗口办理。"), ("basis", "知识库：综合窗口办事指南 第3版")), cancellation);
            return "直接答复";
        }

        var first = order["assignments"]!.AsArray() is [var given, ..] ? Text(given!, "unit")! : organization.FirstBelowHotline(target!)!.Id;
        if (order["state"]!.GetValue<string>() == "accepted")
        {
            await staff.PostAsync(AccountOf(Roles.Dispatcher), $"/work-orders/{number}/dispatch", Body(("unit", first), ("role", "lead"), ("note", "请依法办理并按时反馈。")), cancellation);
        }

        var handler = await HandleAssignmentAsync(number, first, target, cancellation);
        await staff.PostAsync(AccountOf(Roles.Dispatcher), $"/work-orders/{number}/assignments/1/review", Body(("note", "属实，同意办结。")), cancellation);
        return organization.NameOf(handler);
    }

    private async Task<string> HandleAssignmentAsync(string number, string first, string? target, CancellationToken cancellation)
    {
        var station = UserOf(first);
        if (target is null || target == first || FindUser(target) is not { } unit)
        {
            await ReplyAsync(station, number, 1, first, cancellation);
            return first;
        }

        await staff.PostAsync(station, $"/work-orders/{number}/assignments/1/sign", [], cancellation);
        await staff.PostAsync(station, $"/work-orders/{number}/assignments/1/dispatch", Body(("unit", target), ("role", "lead")), cancellation);
        await ReplyAsync(unit, number, 2, target, cancellation);
        await staff.PostAsync(station, $"/work-orders/{number}/assignments/2/review", Body(("note", "县级审核通过。")), cancellation);
        await staff.PostAsync(station, $"/work-orders/{number}/assignments/1/reply", Body(("note", "已由承办单位办理。")), cancellation);
        return target;
    }

    private async Task ReplyAsync(string account, string number, int assignment, string unit, CancellationToken cancellation)
    {
        var path = $"/work-orders/{number}/assignments/{assignment}";
        await staff.PostAsync(account, path + "/sign", [], cancellation);
        await staff.PostAsync(account, path + "/start", [], cancellation);
        await staff.PostAsync(account, path + "/reply", Body(
            ("publicReply", $"您好，{organization.NameOf(unit)}已派人到现场核实，您反映的问题已处理完毕，感谢您的监督。"), ("note", "现场已整改，有照片为证。")), cancellation);
    }

    /// <summary>The citizen calls by himself, and the callback agent writes down what he says; an order nobody asks about is closed already.</summary>
    /// <returns>The order, closed.</returns>
    public async Task<JsonNode> CallBackAsync(string number, CancellationToken cancellation)
    {
        var agent = AccountOf(Roles.CallbackAgent);
        var order = await staff.WorkOrderAsync(agent, number, time, cancellation);
        while (order["state"]!.GetValue<string>() != "closed")
        {
            using var answer = await staff.SendAsync(
                agent, HttpMethod.Post, $"/callbacks/{number}/answers", new JsonObject { ["contacted"] = true, ["solved"] = true, ["satisfied"] = "satisfied" }, cancellation);
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.Conflict))
            {
                answer.EnsureSuccessStatusCode();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
            order = await staff.WorkOrderAsync(agent, number, time, cancellation);
        }

        return order;
    }

    private string AccountOf(string role) => organization.Data.Users.First(user => user.Roles.Contains(role)).Account;

    private string? FindUser(string unit) => organization.Data.Users.FirstOrDefault(user => user.Unit == unit)?.Account;

    private string UserOf(string unit) => FindUser(unit) ?? throw new InvalidOperationException($"Nobody in the organization file works for {unit}.");

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private static JsonObject Body(params IEnumerable<(string Name, string? Value)> fields) =>
        new(fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, (JsonNode?)JsonValue.Create(field.Value))));
}
