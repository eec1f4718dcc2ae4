using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hotline.Intake.MessageBoard;

/// <summary>
/// A message as the board's list and detail show it, as far as it is used here; other fields are the platform's own and are passed over.
/// Numbers come as numbers or as text.
/// </summary>
/// <param name="Tid">The board's number of the message; grows with time.</param>
/// <param name="Content">In the list cut at about 100 characters, with three dots after.</param>
/// <param name="Dateline">When it was sent, Unix seconds.</param>
/// <param name="ThreadsCheckTime">When moderation let it through, Unix seconds: its publication.</param>
/// <param name="StateInfo">待回复, 办理中, 已办理, or a word not known yet.</param>
/// <param name="From">Province and city of the forum.</param>
/// <param name="Grade">The citizen's rating in total, 1–5; 0 or null when there is none.</param>
/// <param name="GradeLevel">解决程度, 1–5.</param>
/// <param name="GradeManner">办理态度, 1–5.</param>
/// <param name="GradeSpeed">办理速度, 1–5.</param>
public sealed record BoardItem(
    long? Tid = null,
    int? Fid = null,
    JsonElement? UserId = null,
    string? NickName = null,
    string? RealName = null,
    string? Phone = null,
    string? Subject = null,
    string? Content = null,
    long? Dateline = null,
    long? ThreadsCheckTime = null,
    string? StateInfo = null,
    string? ForumName = null,
    int? TypeId = null,
    string? TypeName = null,
    string? DomainName = null,
    string? From = null,
    JsonElement? AnswerId = null,
    string? AnswerContent = null,
    long? AnswerDateline = null,
    string? AnswerOrganization = null,
    double? Grade = null,
    double? GradeLevel = null,
    double? GradeManner = null,
    double? GradeSpeed = null);

/// <summary>The answer to a list.</summary>
/// <param name="Result"><c>success</c>, or why not.</param>
/// <param name="ResponseData">The rows, each kept as it came.</param>
public sealed record BoardList(string? Result = null, IReadOnlyList<JsonElement>? ResponseData = null);

/// <summary>The answer to a detail.</summary>
/// <param name="ResultData">Null when the board has no such message, or no longer.</param>
public sealed record BoardDetailAnswer(string? Result = null, BoardDetailData? ResultData = null);

/// <param name="ContentList">The message (data type 1), replies (4), and what else stands below it.</param>
public sealed record BoardDetailData(IReadOnlyList<JsonElement>? ContentList = null);

/// <summary>What an entry of a detail is, and what it says if it is a reply.</summary>
/// <param name="DataType">1 the message, 4 a reply.</param>
/// <param name="Dateline">Unix seconds.</param>
public sealed record BoardDetailEntry(int? DataType = null, JsonElement? AnswerId = null, string? Organization = null, string? Content = null, long? Dateline = null);

/// <summary>A request for a detail.</summary>
public sealed record BoardDetailRequest(long Tid, int FromTrash = 0);

/// <summary>A snapshot file: the newest messages of some forums, with the lowest rated and the pending ones, under names of its own.</summary>
/// <param name="Updated">When it was taken.</param>
/// <param name="ByForum">The forums by name.</param>
/// <param name="Recent">All messages of each forum down to the last one listed: a message above that and not here is gone.</param>
/// <param name="Details">Messages whole, where somebody fetched them.</param>
public sealed record BoardSnapshot(
    DateTimeOffset? Updated = null,
    IReadOnlyDictionary<string, BoardSnapshotForum>? ByForum = null,
    IReadOnlyList<JsonElement>? Recent = null,
    IReadOnlyList<JsonElement>? Low = null,
    IReadOnlyList<JsonElement>? Pending = null,
    IReadOnlyList<JsonElement>? Details = null,
    IReadOnlyList<JsonElement>? ResponseData = null,
    long? Tid = null);

public sealed record BoardSnapshotForum(int? Fid = null);

/// <summary>A message in a snapshot file.</summary>
/// <param name="Date">Of publication, the day only.</param>
/// <param name="GManner">办理态度, 1–5; 0 when there is no rating. Also called <paramref name="Gm"/>.</param>
/// <param name="GSpeed">办理速度, 1–5; 0 when there is no rating. Also called <paramref name="Gs"/>.</param>
public sealed record BoardSnapshotItem(
    long? Tid = null,
    DateOnly? Date = null,
    int? Fid = null,
    string? Forum = null,
    string? District = null,
    string? Title = null,
    string? Content = null,
    string? Domain = null,
    string? Type = null,
    string? Status = null,
    string? ReplyOrg = null,
    string? ReplyContent = null,
    string? Nick = null,
    double? GManner = null,
    double? GSpeed = null,
    double? Gm = null,
    double? Gs = null);

/// <summary>JSON of the board, read with patience.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(BoardItem))]
[JsonSerializable(typeof(BoardList))]
[JsonSerializable(typeof(BoardDetailAnswer))]
[JsonSerializable(typeof(BoardDetailEntry))]
[JsonSerializable(typeof(BoardDetailRequest))]
[JsonSerializable(typeof(Sync.BoardReply))]
[JsonSerializable(typeof(BoardSnapshot))]
[JsonSerializable(typeof(BoardSnapshotItem))]
internal sealed partial class BoardJson : JsonSerializerContext;
