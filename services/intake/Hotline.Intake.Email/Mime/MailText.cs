namespace Hotline.Intake.Email.Mime;

/// <summary>A file that came with a message. What it is, its first bytes must tell.</summary>
/// <param name="Name">Without folders and control characters, at most 200 letters; 附件 with its number when the sender gave none.</param>
/// <param name="ClaimedType">What the sender says it is.</param>
public sealed record MailAttachment(string Name, string ClaimedType, MimeEntity Entity)
{
    /// <summary>The file's bytes; of an enclosed message its source.</summary>
    public ReadOnlyMemory<byte> Bytes => Entity.Body;
}

/// <summary>What the writer wrote, and what he attached.</summary>
/// <param name="Text">Lines end in LF. Quotations are still in it: see <see cref="QuoteCutter"/>.</param>
/// <param name="IsFromHtml">Whether it was made from an HTML body, there being no plain one.</param>
/// <param name="IsCut">Whether a text part was longer than <see cref="MimeLimits.TextBytes"/>.</param>
public sealed record MailText(string Text, bool IsFromHtml, bool IsCut, IReadOnlyList<MailAttachment> Attachments)
{
    /// <summary>Of alternatives the plain one, unless it is empty; of several text parts all, in their order.</summary>
    public static MailText Of(MimeEntity message)
    {
        var collector = new Collector();
        collector.Visit(message);
        var text = string.Join("\n", collector.Texts).Trim('\n', ' ');
        if (text.Length == 0 && collector.Attachments.Count == 0)
        {
            text = PreambleOf(message);
        }

        return new MailText(text, collector.IsFromHtml, collector.IsCut, collector.Attachments);
    }

    /// <summary>A multipart whose boundary got lost on the way has all of its text before the first delimiter.</summary>
    private static string PreambleOf(MimeEntity message)
    {
        var text = message.IsMultipart && message.Children.Count == 0 ? Charsets.Decode(message.Cut(message.Preamble).Span, label: null) : "";
        return text.Contains("multi-part message in MIME format", StringComparison.OrdinalIgnoreCase) && text.Length < 200 ? "" : Lines(text).Trim('\n', ' ');
    }

    private static string Lines(string text) => text.Contains('\r', StringComparison.Ordinal) ? text.ReplaceLineEndings("\n") : text;

    private sealed class Collector
    {
        public List<string> Texts { get; } = [];

        public List<MailAttachment> Attachments { get; } = [];

        public bool IsFromHtml { get; private set; }

        public bool IsCut { get; private set; }

        public void Visit(MimeEntity entity)
        {
            if (entity.IsMultipart && entity.Children.Count > 0)
            {
                VisitParts(entity);
            }
            else if (entity.IsMultipart)
            {
                VisitUndivided(entity);
            }
            else if (IsText(entity))
            {
                AddText(entity);
            }
            else if (!entity.RawBody.IsEmpty || entity.FileName is not null)
            {
                Attachments.Add(new MailAttachment(NameOf(entity), entity.ContentType.MediaType, entity));
            }
        }

        private static bool IsText(MimeEntity entity) =>
            entity.ContentType is { Type: "text", Subtype: "plain" or "html" or "enriched" or "markdown" } && entity.Disposition != "attachment" && string.IsNullOrEmpty(entity.FileName);

        private void VisitParts(MimeEntity entity)
        {
            var chosen = entity.ContentType.Subtype == "alternative" ? Choose(entity.Children) : null;
            foreach (var part in entity.Children)
            {
                // An alternative that was not chosen says the same again; only what is attached within it is new.
                if (chosen is null || part == chosen)
                {
                    Visit(part);
                }
                else
                {
                    foreach (var leaf in part.Walk().Where(leaf => leaf.Children.Count == 0 && !leaf.IsMultipart && (leaf.ContentType.Type != "text" || leaf.Disposition == "attachment" || !string.IsNullOrEmpty(leaf.FileName))))
                    {
                        Visit(leaf);
                    }
                }
            }
        }

        private static MimeEntity? Choose(IReadOnlyList<MimeEntity> parts) =>
            parts.LastOrDefault(part => part.Walk().Any(leaf => IsText(leaf) && leaf.ContentType.Subtype == "plain" && leaf.Body.Span.ContainsAnyExcept(" \t\r\n"u8)))
            ?? parts.LastOrDefault(part => part.Walk().Any(IsText));

        /// <summary>Neither parts nor a usable preamble: without a boundary, or too deep, the source itself is the text.</summary>
        private void VisitUndivided(MimeEntity entity)
        {
            if (entity.Defects.HasFlag(MimeDefects.MissingBoundary))
            {
                Add(entity, entity.ReadText());
            }
            else if (entity.Defects.HasFlag(MimeDefects.DepthLimit))
            {
                Attachments.Add(new MailAttachment(NameOf(entity), entity.ContentType.MediaType, entity));
            }
        }

        private void AddText(MimeEntity entity)
        {
            if (entity.ContentType.Subtype == "html")
            {
                var body = entity.Cut(entity.Body);
                var text = HtmlText.Of(Charsets.Decode(body.Span, entity.ContentType["charset"] ?? HtmlText.CharsetOf(body.Span)));
                IsFromHtml |= text.Length > 0;
                Add(entity, text);
            }
            else
            {
                var isFlowed = string.Equals(entity.ContentType["format"], "flowed", StringComparison.OrdinalIgnoreCase);
                var text = Lines(entity.ReadText());
                Add(entity, isFlowed ? FlowedText.Unwrap(text, string.Equals(entity.ContentType["delsp"], "yes", StringComparison.OrdinalIgnoreCase)) : text);
            }
        }

        private void Add(MimeEntity entity, string text)
        {
            IsCut |= entity.Body.Length > entity.Limits.TextBytes;
            Texts.Add(Lines(text).Replace("\0", "", StringComparison.Ordinal));
        }

        private string NameOf(MimeEntity entity)
        {
            var name = entity.FileName ?? "";
            name = HeaderDecoder.Clean(name[(name.LastIndexOfAny(['/', '\\']) + 1)..]).Trim('.', ' ');
            if (name.Length == 0)
            {
                var subject = entity.IsMessage && entity.Children is [var inner] ? inner.Headers.Text("Subject")?.Replace('/', ' ').Replace('\\', ' ') : null;
                name = string.IsNullOrWhiteSpace(subject) ? $"附件{Attachments.Count + 1}" : $"{subject}.eml";
            }

            return name.Length <= 200 ? name : name[..150] + name[^50..];
        }
    }
}
