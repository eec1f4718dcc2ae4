namespace Hotline.Intake.Email.Mime;

/// <summary>What is left of the limits that hold for the whole message.</summary>
internal sealed class MimeBudget(MimeLimits limits)
{
    private int _parts = limits.Parts;
    private int _headers = limits.Headers;
    private long _decoded = limits.DecodedBytes;

    public MimeLimits Limits => limits;

    public bool TakePart() => --_parts >= 0;

    public bool TakeHeader() => --_headers >= 0;

    public bool TakeDecoded(long bytes) => (_decoded -= bytes) >= 0;
}
