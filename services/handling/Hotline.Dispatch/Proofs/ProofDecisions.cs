using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Dispatch.Proofs;

/// <summary>A file as it was handed in and where it was kept.</summary>
internal sealed record KeptProof(Attachment File, string Blob);

/// <summary>Decisions on the proofs of an assignment, and what a reply must have of them. Pure.</summary>
internal static class ProofDecisions
{
    /// <summary>What one reply can rest on.</summary>
    public const int Most = 12;

    /// <summary>What can be attached and taken away again, all in all.</summary>
    private const int MostEver = 60;

    /// <summary>What is wrong with what was handed in, whatever the state; a file that cannot be taken up is named.</summary>
    public static IReadOnlyList<FieldError> Check(string kind, IReadOnlyList<Attachment> files)
    {
        var check = new FieldCheck()
            .OneOf("kind", kind, ProofKinds.Titles.Keys)
            .That("file", files.Count > 0, "请选择文件。");
        foreach (var file in files)
        {
            check.That("file", file.Refused is null, $"{file.Name}：{file.Refused}")
                .That("file", file.Refused is not null || !ProofKinds.IsPhoto(kind) || file.MediaType.StartsWith("image/", StringComparison.Ordinal), $"{file.Name} 不是照片；文书请选“文书材料”。");
        }

        return check.Errors;
    }

    /// <summary>Whether he may attach these to it now; it is asked before anything is read, without files, and before anything is kept.</summary>
    /// <returns>Null when he may.</returns>
    public static Decision? MayAdd(WorkOrder order, int number, string kind, IReadOnlyList<Attachment> files, Request request) =>
        Add(order, number, kind, [.. files.Select(static file => new KeptProof(file, ""))], request) is var decision && decision is Decision.Granted ? null : decision;

    /// <summary>Whether a file is there already, under the same kind.</summary>
    public static bool Has(Assignment? assignment, string kind, Attachment file) => assignment?.Proofs.Any(proof => proof.Kind == kind && proof.File.Sha256 == file.Sha256) is true;

    /// <summary>Attaches; a file that is there already under the same kind is not attached twice, so handing in again changes nothing.</summary>
    public static Decision Add(WorkOrder order, int number, string kind, IReadOnlyList<KeptProof> kept, Request request) =>
        AssignmentDecisions.ByOwner(order, number, request, [], a =>
        {
            if (Refuse(order, a) is { } refusal)
            {
                return refusal;
            }

            var fresh = kept.Where(one => !Has(a, kind, one.File)).DistinctBy(one => one.File.Sha256).ToList();
            if (fresh.Count > 0 && (a.Proofs.Count() + fresh.Count > Most || a.AllProofs.Count + fresh.Count > MostEver))
            {
                return new Decision.Conflict($"证明材料最多 {Most} 个，现有 {a.Proofs.Count()} 个。", "请先移除不需要的，再上传。");
            }

            var change = new WorkOrderChange(order, request.Now);
            for (var i = 0; i < fresh.Count; i++)
            {
                change.Keep(new ProofAdded(order.Id, order.Number, a.Number, a.AllProofs.Count + i + 1, request.Now, request.User.Account, kind, fresh[i].File, fresh[i].Blob));
            }

            return Decision.Made(change);
        });

    /// <summary>Takes a proof away from what the next reply rests on; one that was taken away already stays so.</summary>
    public static Decision Remove(WorkOrder order, int number, int proof, Request request) =>
        AssignmentDecisions.ByOwner(order, number, request, [], a =>
            Refuse(order, a)
            ?? (a.AllProofs.Find(known => known.Number == proof) is not { } found ? new Decision.Missing($"没有证明材料{proof}。", "请从转派件的材料列表中取得序号。")
                : found.Removed ? Decision.Made(new WorkOrderChange(order, request.Now))
                : Decision.Made(new WorkOrderChange(order, request.Now).Keep(new ProofRemoved(order.Id, order.Number, a.Number, proof, request.Now, request.User.Account)))));

    /// <summary>What a reply cites; null for none.</summary>
    public static IReadOnlyList<ReplyProof>? Cited(Assignment assignment) =>
        assignment.Proofs.Select(proof => new ReplyProof(proof.Number, proof.Kind, proof.File.MediaType, proof.File.Size, proof.File.Sha256)).ToList() is { Count: > 0 } cited ? cited : null;

    /// <summary>The kinds the office wants of a lead's reply in this category and that neither it nor what it passes on has.</summary>
    public static IEnumerable<string> Wanted(WorkOrder order, Assignment assignment, Organization organization)
    {
        if (!assignment.IsLead || organization.Category(order.Category)?.Proofs is not { } wanted)
        {
            return [];
        }

        var passedOn = order.Children(assignment.Number).Where(child => child is { IsLead: true, State: AssignmentState.Reviewed });
        return wanted.Except(assignment.Proofs.Concat(passedOn.SelectMany(child => child.AllProofs.Where(proof => child.ProofsReplied.Contains(proof.Number)))).Select(proof => proof.Kind));
    }

    /// <summary>Why a reply cannot be given yet. What is not solved cannot be shown solved, so nothing is wanted then.</summary>
    /// <param name="unsolved">The reply says so, or promises a day.</param>
    public static IEnumerable<FieldError> Missing(WorkOrder order, Assignment assignment, bool unsolved, Organization organization)
    {
        var unsolvedBelow = order.Children(assignment.Number).Any(child => child is { IsLead: true, State: AssignmentState.Reviewed, Claim.Solved: false });
        var missing = unsolved || unsolvedBelow ? [] : Wanted(order, assignment, organization).Select(kind => ProofKinds.Titles[kind]).ToList();
        return missing.Count == 0
            ? []
            : [new("proofs", $"“{organization.TitleOf(order.Category)}”的反馈须附{string.Join("、", missing)}：请先上传，再反馈。没有解决的，请如实写明没有解决和原因。")];
    }

    private static Decision.Conflict? Refuse(WorkOrder order, Assignment assignment) => order.IsWithUnits && assignment.State == AssignmentState.InHandling
        ? null
        : new Decision.Conflict($"转派件{assignment.Number}现为“{assignment.State.Title()}”（{assignment.State.Name()}），不能增减证明材料。", "证明材料在“办理中”时上传，随反馈一起提交。");
}
