using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;

namespace Hotline.Intake;

/// <summary>What a channel's normalizer makes of a submission: everything but the number. Pure data; nothing here is trusted but its shape.</summary>
public sealed record AppealDraft
{
    /// <summary>Tells repeats: unique in the channel, the sender's scope included (<c>device/key</c>).</summary>
    public required string Key { get; init; }

    /// <summary>The sender's own id of the submission, as events show it: without what names the sender.</summary>
    public required string SourceId { get; init; }

    /// <summary>See <see cref="Appeal.Source"/>.</summary>
    public string? Source { get; init; }

    public required string Title { get; init; }

    public required string Text { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When the platform showed it to the public; null where a channel publishes nothing.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    public string? Nature { get; init; }

    public string? Category { get; init; }

    public Place? Place { get; init; }

    public DateTimeOffset? OccurredAt { get; init; }

    public Contact? Contact { get; init; }

    public bool Anonymous { get; init; }

    public bool Confidential { get; init; }

    public string Authenticity { get; init; } = "claimed";

    public string? Addressee { get; init; }

    /// <summary>See <see cref="Appeal.Marks"/>.</summary>
    public IReadOnlyList<string>? Marks { get; init; }

    public IReadOnlyList<ReceivedFile> Files { get; init; } = [];

    /// <summary>The ways to reach the citizen, by what he left: through the channel, by phone, by e-mail.</summary>
    internal IReadOnlyList<string> WaysToReach(string channel)
    {
        if (Contact is not { } contact)
        {
            return [];
        }

        var ways = new List<string>(3);
        Add(contact.Sender, channel);
        Add(contact.Phone, "phone");
        Add(contact.Email, "email");
        return ways;

        void Add(string? given, string way)
        {
            if (given is not null && !ways.Contains(way))
            {
                ways.Add(way);
            }
        }
    }

    /// <summary>Whether a stored appeal is this submission, as far as the citizen's own words and files go.</summary>
    public bool IsOf(Appeal stored) =>
        Text == stored.Text && Title == stored.Title && Nature == stored.Nature && Category == stored.Category && Place == stored.Place
        && OccurredAt == stored.OccurredAt && Anonymous == stored.Anonymous && Confidential == stored.Confidential
        && Files.Select(file => file.Attachment.Sha256).SequenceEqual(stored.Attachments.Select(attachment => attachment.Sha256));
}

/// <summary>How to reach a citizen: sealed at once, never in an event or a log.</summary>
/// <param name="Sender">What the channel calls the sender: a device, an openid.</param>
public sealed record Contact(string? Name = null, string? Phone = null, string? Email = null, string? Address = null, string? Sender = null);

/// <summary>A file within the original: the original is kept whole, so a file is a stretch of it; or one that was kept apart, since it came by another way.</summary>
/// <param name="Content">The file itself where the stretch is only its encoding, as in letters: then it is kept beside the original. Null where the stretch is the file.</param>
public sealed record ReceivedFile(Attachment Attachment, int Offset, int Length, ReadOnlyMemory<byte>? Content = null)
{
    /// <summary>Where it lies when it is no part of the original; null when it is.</summary>
    public KeptFile? Kept { get; init; }
}

/// <summary>Bytes that <see cref="AppealIntake.KeepAsync"/> kept.</summary>
/// <param name="Owner">The id they were kept under.</param>
/// <param name="Blob">A <see cref="Ports.BlobRef"/>.</param>
public sealed record KeptFile(Guid Owner, string Blob);

/// <summary>A request or message as it came, byte for byte.</summary>
public sealed record Original(ReadOnlyMemory<byte> Content, string ContentType)
{
    /// <summary>Of its bytes, lower-case hex.</summary>
    public string Sha256
    {
        get
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Content.Span, hash);
            return Convert.ToHexStringLower(hash);
        }
    }

    /// <summary>The bare type, where it is one, else empty: the rest of the header is the sender's own words.</summary>
    public string MediaType => MediaTypeHeaderValue.TryParse(ContentType, out var type) && type.MediaType is { Length: <= 100 } name && Ascii.IsValid(name) ? name : "";
}

/// <summary>What a citizen is told of an appeal before it is complete.</summary>
public sealed record Reservation(Guid Id, string Number, string Code);

/// <summary>What the citizen is given.</summary>
/// <param name="Repeated">The same submission had come before; this is its receipt.</param>
public sealed record Receipt(Guid Id, string Number, string Code, DateTimeOffset ReceivedAt, bool Repeated);
