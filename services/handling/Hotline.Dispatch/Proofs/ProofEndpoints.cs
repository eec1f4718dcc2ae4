using System.Security.Claims;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Changed = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Hotline.Dispatch.WorkOrderView>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Hotline.Dispatch.Proofs;

/// <summary>The API of proofs 证明材料: attached while a unit handles, read by whoever may see its reply.</summary>
internal static class ProofEndpoints
{
    private const string Kind = "kind";

    /// <param name="assignments">The group of one assignment's routes.</param>
    public static void Map(IEndpointRouteBuilder assignments, string[] units, string[] viewers)
    {
        assignments.MapPost("/proofs", AddAsync).RequireStaff(units);
        assignments.MapPost("/proofs/{proof:int}/remove", RemoveAsync).RequireStaff(units);
        assignments.MapGet("/proofs/{proof:int}", OpenAsync).RequireStaff(viewers);
    }

    /// <summary>A form of <c>multipart/form-data</c> with the field <c>kind</c> and one file or several.</summary>
    private static async Task<Changed> AddAsync(
        string number,
        int assignment,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        HttpContext http,
        WorkOrderDesk desk,
        ProofKeeper keeper,
        [FromKeyedServices(DispatchService.Name)] UploadTurns uploads)
    {
        var (user, cancellation) = (StaffUser.Of(http.User), http.RequestAborted);
        if (await desk.FindAsync(user, number, cancellation) is not { } seen)
        {
            return WorkOrderEndpoints.Missing();
        }

        if (ProofDecisions.MayAdd(seen.State, assignment, ProofKinds.Other, [], new Request(user, desk.Organization, desk.Now)) is { } refusal)
        {
            return WorkOrderEndpoints.Refused(refusal);
        }

        using var turn = await uploads.EnterAsync(http, cancellation);
        using var body = await RequestBytes.ReadAsync(http.Request, turn.MostBytes, cancellation);
        var (form, problem) = await FieldForm.ReadAsync(http.Request.ContentType ?? "", body, cancellation);
        if (form is null)
        {
            return Problems.Invalid(new FieldError("file", problem!));
        }

        var files = form.UploadsIn(body);
        if (ProofDecisions.Check(form[Kind], [.. files.Select(file => file.File)]) is { Count: > 0 } errors)
        {
            return Problems.Invalid(errors);
        }

        if (ProofDecisions.MayAdd(seen.State, assignment, form[Kind], [.. files.Select(file => file.File)], new Request(user, desk.Organization, desk.Now)) is { } tooMany)
        {
            return WorkOrderEndpoints.Refused(tooMany);
        }

        // Bytes come first: if the order does not take them after all, they lie there sealed and nothing points to them. So only what it will take as things stand.
        var isCurrent = ifMatch is null || ifMatch == WorkOrderDesk.EntityTag(seen.Version);
        var kept = new List<KeptProof>(files.Count);
        foreach (var file in files.Where(file => isCurrent && !ProofDecisions.Has(seen.State.Assignment(assignment), form[Kind], file.File)).DistinctBy(file => file.File.Sha256))
        {
            kept.Add(new(file.File, await keeper.KeepAsync(seen.Id, file.Content, desk.Now, cancellation)));
        }

        return await WorkOrderEndpoints.ChangeAsync(number, ifMatch, http, desk, (order, request) => ProofDecisions.Add(order, assignment, form[Kind], kept, request));
    }

    private static Task<Changed> RemoveAsync(string number, int assignment, int proof, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
        WorkOrderEndpoints.ChangeAsync(number, ifMatch, http, desk, (order, request) => ProofDecisions.Remove(order, assignment, proof, request));

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> OpenAsync(
        string number, int assignment, int proof, ClaimsPrincipal principal, WorkOrderDesk desk, ProofKeeper keeper, CancellationToken cancellation)
    {
        var user = StaffUser.Of(principal);
        var found = await desk.FindAsync(user, number, cancellation);
        if (found?.State.Assignment(assignment) is not { } share
            || !WorkOrderScope.MaySee(user, found.State, share, desk.Organization)
            || WorkOrderScope.ProofsFor(user, share).FirstOrDefault(known => known.Number == proof) is not { } attached)
        {
            return Problems.NotFound("没有这个证明材料。", "请从转派件的材料列表中取得序号；未签发的材料只有承办单位可以查看。");
        }

        return await keeper.OpenAsync(found.Id, attached.Blob, cancellation) is { } content
            ? TypedResults.File(content, "application/octet-stream", attached.File.Name.Length > 0 ? attached.File.Name : $"{proof}")
            : Problems.NotFound("材料已不在存储中。", "请联系管理员。");
    }
}
