namespace Hotline.Intake.Email.Mime;

/// <summary>A message, a part of one, or a message enclosed in one. Reads lazily and is for one thread at a time.</summary>
public sealed class MimeEntity
{
    private readonly List<MimeEntity> _children = [];
    private readonly MimeLimits _limits;
    private ReadOnlyMemory<byte>? _body;
    private ParameterizedValue? _disposition;

    internal MimeEntity(HeaderList headers, ContentType contentType, MimeLimits limits)
    {
        (Headers, ContentType, _limits) = (headers, contentType, limits);
        TransferEncoding = TransferDecoder.Find(headers.First("Content-Transfer-Encoding")?.Undecoded);
        if (TransferEncoding is TransferEncoding.Unknown)
        {
            Defects |= MimeDefects.UnknownTransferEncoding;
        }
    }

    /// <summary>The fields in their order, as far as the limits let them be read.</summary>
    public HeaderList Headers { get; }

    /// <summary>What the sender says the body is; text/plain (message/rfc822 within a digest) when it says nothing readable.</summary>
    public ContentType ContentType { get; }

    /// <summary>How the body was sent; <see cref="Body"/> has it undone.</summary>
    public TransferEncoding TransferEncoding { get; }

    /// <summary>Lower case, such as inline or attachment; empty when not stated.</summary>
    public string Disposition => DispositionField.Value;

    /// <summary>The name a file part was given, as sent: it may hold folders and anything else. Null when it has none.</summary>
    public string? FileName => DispositionField["filename"] ?? ContentType["name"];

    /// <summary>The parts of a multipart; the one message enclosed in a message/rfc822.</summary>
    public IReadOnlyList<MimeEntity> Children => _children;

    /// <summary>What lies wrong in this entity, not in its children.</summary>
    public MimeDefects Defects { get; internal set; }

    /// <summary>What lies wrong in this entity or anywhere below.</summary>
    public MimeDefects AllDefects => _children.Aggregate(Defects, (all, child) => all | child.AllDefects);

    /// <summary>The body as sent, before any transfer decoding; of a multipart all of it.</summary>
    public ReadOnlyMemory<byte> RawBody { get; internal set; }

    /// <summary>The body, transfer encoding undone; the message's own bytes where there was nothing to undo.</summary>
    public ReadOnlyMemory<byte> Body => _body ??= Decode();

    /// <summary>What stands before the first delimiter of a multipart.</summary>
    public ReadOnlyMemory<byte> Preamble { get; internal set; }

    /// <summary>What stands behind the last delimiter of a multipart.</summary>
    public ReadOnlyMemory<byte> Epilogue { get; internal set; }

    /// <summary>Whether the body is divided into parts, or says so.</summary>
    public bool IsMultipart => ContentType.Type == "multipart";

    /// <summary>Whether the body is a whole message of its own.</summary>
    public bool IsMessage => ContentType.Type == "message" && ContentType.Subtype is "rfc822" or "global" or "news";

    internal MimeLimits Limits => _limits;

    private ParameterizedValue DispositionField => _disposition ??= ParameterDecoder.Parse(Headers.First("Content-Disposition")?.Undecoded ?? "");

    /// <summary>The body as text by <see cref="Charsets.Decode(ReadOnlySpan{byte}, string?)"/>, of which at most <see cref="MimeLimits.TextBytes"/> are read.</summary>
    public string ReadText() => Charsets.Decode(Cut(Body).Span, ContentType["charset"]);

    /// <summary>This entity and all below it, parents first.</summary>
    public IEnumerable<MimeEntity> Walk()
    {
        yield return this;
        foreach (var entity in _children.SelectMany(child => child.Walk()))
        {
            yield return entity;
        }
    }

    internal void Add(MimeEntity child) => _children.Add(child);

    internal ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> bytes) => bytes.Length <= _limits.TextBytes ? bytes : bytes[.._limits.TextBytes];

    private ReadOnlyMemory<byte> Decode()
    {
        // The body of a multipart is never encoded as a whole, whatever its header claims (QQ writes 8Bit, others worse).
        if (IsMultipart && _children.Count > 0)
        {
            return RawBody;
        }

        var body = TransferDecoder.Decode(RawBody, TransferEncoding, out var defects);
        Defects |= defects;
        return body;
    }
}
