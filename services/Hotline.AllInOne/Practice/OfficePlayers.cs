using System.Net;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.AllInOne.Practice;

/// <summary>
/// Plays the people of an office with one work order, from received to handled: the acceptor takes what the rules propose, the dispatcher
/// passes it on, station and unit handle it, with photos where the office wants them, heads issue what their units write, each reviews what comes back. Then the citizen answers by his link, or the callback agent writes down what he says.
/// </summary>
public sealed class OfficePlayers(StaffClient staff, Organization organization, TimeProvider time)
{
    /// <summary>In place of a unit: the acceptor answered.</summary>
    public const string AnsweredAtOnce = "直接答复";

    private readonly Lazy<Task<byte[]>> _photo = new(ReadPhotoAsync);

    /// <summary>The accounts that play: tokens are needed for all of them.</summary>
    public static IEnumerable<string> Accounts(Organization organization) => organization.Data.Users.Select(user => user.Account);

    /// <returns>The unit that handled it, by name; <see cref="AnsweredAtOnce"/> when none did.</returns>
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
            await staff.PostAsync(acceptor, $"/work-orders/{number}/answer", await AnswerAsync(acceptor, number, cancellation), cancellation);
            return AnsweredAtOnce;
        }

        var first = order["assignments"]!.AsArray() is [var given, ..] ? Text(given!, "unit")! : organization.FirstBelowHotline(target!)!.Id;
        if (order["state"]!.GetValue<string>() == "accepted")
        {
            await staff.PostAsync(AccountOf(Roles.Dispatcher), $"/work-orders/{number}/dispatch", Body(("unit", first), ("role", "lead"), ("note", "请依法办理并按时反馈。")), cancellation);
        }

        return organization.NameOf(await HandleAssignmentAsync(number, 1, first, target, cancellation));
    }

    /// <summary>重办: the acceptor finds the citizen right, and those who handled it handle it again.</summary>
    public async Task RedoAsync(string number, CancellationToken cancellation)
    {
        var order = await staff.PostAsync(AccountOf(Roles.Acceptor), $"/work-orders/{number}/redo", Body(("reason", "诉求人表示没有人联系，问题仍在，请到现场核实。")), cancellation);
        var lead = order["assignments"]!.AsArray().Last(assignment => assignment!["parent"] is null)!;
        await HandleAssignmentAsync(number, lead["assignment"]!.GetValue<int>(), Text(lead, "unit")!, Text(order["proposal"]!, "unit"), cancellation);
    }

    /// <summary>What the knowledge base proposes for it, cited; else the general counter's guide.</summary>
    private async Task<JsonObject> AnswerAsync(string acceptor, string number, CancellationToken cancellation)
    {
        using var asked = await staff.SendAsync(acceptor, HttpMethod.Get, $"/knowledge/proposals/{number}", null, cancellation);
        if (!asked.IsSuccessStatusCode || (await AppClient.ReadAsync(asked, cancellation))["items"]!.AsArray() is not [{ } best, ..])
        {
            return Body(("text", "您好，您反映的问题已答复如下：请凭有效证件到政务大厅综合窗口办理。"), ("basis", "综合窗口办事指南"));
        }

        var article = await staff.CallAsync(acceptor, HttpMethod.Get, $"/knowledge/articles/{Text(best, "code")}", null, cancellation);
        var answer = Body(("text", Text(article, "publicText")), ("basis", Text(article, "basis")), ("article", Text(best, "code")));
        answer["articleVersion"] = best["version"]!.GetValue<int>();
        return answer;
    }

    /// <returns>Who handled it.</returns>
    private async Task<string> HandleAssignmentAsync(string number, int lead, string first, string? target, CancellationToken cancellation)
    {
        var (path, station) = ($"/work-orders/{number}/assignments", UserOf(first));
        var (handler, unit) = target is null || target == first ? (first, null) : (target, FindUser(target));
        if (unit is null)
        {
            handler = first;
            await ReplyAsync(station, $"{path}/{lead}", first, cancellation);
        }
        else
        {
            await staff.PostAsync(station, $"{path}/{lead}/sign", [], cancellation);
            var order = await staff.PostAsync(station, $"{path}/{lead}/dispatch", Body(("unit", target), ("role", "lead")), cancellation);
            var below = order["assignments"]!.AsArray()[^1]!["assignment"]!.GetValue<int>();
            await ReplyAsync(unit, $"{path}/{below}", handler, cancellation);
            await staff.PostAsync(station, $"{path}/{below}/review", Body(("note", "县级审核通过。")), cancellation);
            await staff.PostAsync(station, $"{path}/{lead}/reply", Body(("note", "已由承办单位办理。")), cancellation);
        }

        await staff.PostAsync(AccountOf(Roles.Dispatcher), $"{path}/{lead}/review", Body(("note", "属实，同意办结。")), cancellation);
        return handler;
    }

    private async Task ReplyAsync(string account, string path, string unit, CancellationToken cancellation)
    {
        await staff.PostAsync(account, path + "/sign", [], cancellation);
        var started = await staff.PostAsync(account, path + "/start", [], cancellation);
        foreach (var kind in Assignment(started, path)["proofsWanted"]?.AsArray().Select(kind => kind!.GetValue<string>()) ?? [])
        {
            await staff.AttachAsync(account, path + "/proofs", kind, $"{ProofKinds.Titles[kind]}.jpg", await _photo.Value, cancellation);
        }

        var reply = Body(("publicReply", $"您好，{organization.NameOf(unit)}已派人到现场核实，您反映的问题已处理完毕，感谢您的监督。"), ("note", "现场已整改，有照片为证。"));
        (reply["contacted"], reply["contactedAt"], reply["solved"]) = (true, time.GetUtcNow().AddMinutes(-1), true);
        var replied = await staff.PostAsync(account, path + "/reply", reply, cancellation);
        if (Text(Assignment(replied, path), "state") == "drafted")
        {
            var head = organization.Data.Users.First(user => user.Unit == unit && user.Roles.Contains(Roles.UnitHead)).Account;
            await staff.PostAsync(head, path + "/issue", Body(("note", "同意。")), cancellation);
        }
    }

    /// <summary>The part of an order that a path ends with.</summary>
    private static JsonNode Assignment(JsonNode order, string path) =>
        order["assignments"]!.AsArray().Single(share => path.EndsWith($"/{share!["assignment"]}", StringComparison.Ordinal))!;

    /// <summary>What is attached in practice.</summary>
    public static async Task<byte[]> ReadPhotoAsync()
    {
        await using var resource = typeof(OfficePlayers).Assembly.GetManifestResourceStream("photo.jpg") ?? throw new InvalidOperationException("photo.jpg is not in the program.");
        using var photo = new MemoryStream();
        await resource.CopyToAsync(photo);
        return photo.ToArray();
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

    private string? FindUser(string unit) =>
        organization.Data.Users.FirstOrDefault(user => user.Unit == unit && (user.Roles.Contains(Roles.UnitHandler) || user.Roles.Contains(Roles.StationDispatcher)))?.Account;

    private string UserOf(string unit) => FindUser(unit) ?? throw new InvalidOperationException($"Nobody in the organization file works for {unit}.");

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private static JsonObject Body(params IEnumerable<(string Name, string? Value)> fields) =>
        new(fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, (JsonNode?)JsonValue.Create(field.Value))));
}
