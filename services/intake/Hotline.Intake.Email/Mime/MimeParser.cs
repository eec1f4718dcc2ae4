namespace Hotline.Intake.Email.Mime;

/// <summary>One pass over the bytes with the boundaries of all open multiparts at hand: every line is looked at once, however deep the nesting.</summary>
internal sealed class MimeParser
{
    private readonly ReadOnlyMemory<byte> _data;
    private readonly MimeBudget _budget;
    private readonly HeaderReader _headers;
    private readonly MimeDelimiters _delimiters;
    private int _position;

    public MimeParser(ReadOnlyMemory<byte> data, MimeBudget budget)
    {
        (_data, _budget) = (data, budget);
        var lines = new MimeLines(data);
        _delimiters = new MimeDelimiters(lines);
        _headers = new HeaderReader(lines, _delimiters, budget);
    }

    public MimeEntity Read(int depth)
    {
        _position = _headers.SkipEnvelope();
        return ReadEntity(depth, "text/plain", out _);
    }

    /// <param name="end">The delimiter that ended the entity.</param>
    private MimeEntity ReadEntity(int depth, string fallbackType, out MimeMark end)
    {
        var headers = new HeaderList();
        var defects = _headers.Read(headers, ref _position, out var cut);
        var type = ContentType.Parse(headers.First("Content-Type")?.Undecoded ?? "", fallbackType);
        var entity = new MimeEntity(headers, type, _budget.Limits);
        entity.Defects |= defects;
        if (cut is { } mark)
        {
            end = mark;
            return entity;
        }

        var isDivided = entity.IsMultipart || entity.IsMessage;
        if (isDivided && depth >= _budget.Limits.Depth)
        {
            entity.Defects |= MimeDefects.DepthLimit;
            isDivided = false;
        }

        var start = _position;
        end = !isDivided ? ReadLeaf()
            : entity.IsMultipart ? ReadMultipart(entity, depth)
            : entity.TransferEncoding is TransferEncoding.Identity or TransferEncoding.Unknown ? ReadMessage(entity, depth)
            : ReadLeaf();
        entity.RawBody = _data[start..Math.Max(start, end.ContentEnd)];
        if (isDivided && entity.IsMessage && entity.Children.Count == 0)
        {
            OpenMessage(entity, depth);
        }

        return entity;
    }

    private MimeMark ReadLeaf() => _delimiters.Next(ref _position);

    private MimeMark ReadMultipart(MimeEntity entity, int depth)
    {
        var boundary = entity.ContentType["boundary"]?.TrimEnd() ?? "";
        if (boundary.Length == 0)
        {
            entity.Defects |= MimeDefects.MissingBoundary;
            return ReadLeaf();
        }

        var level = _delimiters.Open(boundary);
        var start = _position;
        var mark = _delimiters.Next(ref _position);
        entity.Preamble = _data[start..Math.Max(start, mark.ContentEnd)];
        while (mark.Level == level && !mark.Closes)
        {
            if (!_budget.TakePart())
            {
                entity.Defects |= MimeDefects.PartLimit;
                _position = _data.Length;
                mark = MimeMark.End(_data.Length);
                break;
            }

            entity.Add(ReadEntity(depth + 1, entity.ContentType.Subtype == "digest" ? "message/rfc822" : "text/plain", out mark));
        }

        _delimiters.Close(level);
        if (mark.Level != level)
        {
            entity.Defects |= MimeDefects.MissingFinalBoundary;
            return mark;
        }

        start = _position;
        mark = _delimiters.Next(ref _position);
        entity.Epilogue = _data[start..Math.Max(start, mark.ContentEnd)];
        return mark;
    }

    private MimeMark ReadMessage(MimeEntity entity, int depth)
    {
        if (!_budget.TakePart())
        {
            entity.Defects |= MimeDefects.PartLimit;
            return ReadLeaf();
        }

        entity.Add(ReadEntity(depth + 1, "text/plain", out var mark));
        return mark;
    }

    /// <summary>An enclosed message that came encoded, which the standard forbids and Exchange does.</summary>
    private void OpenMessage(MimeEntity entity, int depth)
    {
        if (!_budget.TakePart())
        {
            entity.Defects |= MimeDefects.PartLimit;
        }
        else if (!_budget.TakeDecoded(entity.RawBody.Length))
        {
            entity.Defects |= MimeDefects.DecodedLimit;
        }
        else
        {
            entity.Add(new MimeParser(entity.Body, _budget).Read(depth + 1));
        }
    }
}
