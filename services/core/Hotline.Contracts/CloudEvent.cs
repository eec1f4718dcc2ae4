namespace Hotline.Contracts;

/// <summary>
/// An event as it travels: the attributes of CloudEvents 1.0 beside the data, which is one fact of one document as JSON.
/// </summary>
/// <param name="Id">Document id and fact number, <c>0198…/1</c>: the same for every delivery, so together with <paramref name="Source"/> it serves to tell repeats. Alone it does not: an appeal and its work order have one id.</param>
/// <param name="Source">The service whose document it is, <c>/hotline/dispatch</c>.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Time">When the fact was recorded, UTC.</param>
/// <param name="PartitionKey">The appeal's id: events of one appeal keep their order.</param>
/// <param name="Data">UTF-8 JSON.</param>
public sealed record CloudEvent(string Id, string Source, string Type, DateTimeOffset Time, Guid PartitionKey, ReadOnlyMemory<byte> Data)
{
    public const string SpecVersion = "1.0";
    public const string DataContentType = "application/json";

    /// <summary>The id of an event: the same fact always has the same one.</summary>
    public static string IdOf(Guid document, int fact) => $"{document:N}/{fact}";
}
