using Hotline.Ports;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>Adds a document once.</summary>
internal sealed class AddOperation(Guid id, byte[] key, string type, FactRow[] facts, List<(string Name, string Value)> entries, List<NewBlob> blobs)
    : WriteOperation(256 + FactRow.BytesOf(facts) + BytesOf(blobs))
{
    private static int BytesOf(List<NewBlob> blobs)
    {
        var bytes = 0;
        foreach (var blob in blobs)
        {
            bytes += blob.Content.Length;
        }

        return bytes;
    }

    public bool Added { get; private set; }

    public long Sequence { get; private set; }

    public override void Apply(WriterStatements statements)
    {
        (Sequence, Added) = statements.AddDocument(id, key, type, facts.Length);
        if (!Added)
        {
            return;
        }

        foreach (var blob in blobs)
        {
            SqliteBlobStore.Add(statements, blob);
        }

        for (var i = 0; i < facts.Length; i++)
        {
            statements.AddFact(Sequence, i + 1, facts[i]);
        }

        foreach (var (name, value) in entries)
        {
            statements.AddEntry(name, value, Sequence);
        }
    }

    protected override void Release() => FactRow.Release(facts);
}

/// <summary>Appends facts to a document at the version its caller knows.</summary>
internal sealed class AppendOperation(long sequence, int version, FactRow[] facts, (string Name, string Value)[] removed, (string Name, string Value)[] added)
    : WriteOperation(128 + FactRow.BytesOf(facts))
{
    public bool Appended { get; private set; }

    public override void Apply(WriterStatements statements)
    {
        Appended = statements.Grow(sequence, version, version + facts.Length);
        if (!Appended)
        {
            return;
        }

        for (var i = 0; i < facts.Length; i++)
        {
            statements.AddFact(sequence, version + i + 1, facts[i]);
        }

        foreach (var (name, value) in removed)
        {
            statements.RemoveEntry(name, value, sequence);
        }

        foreach (var (name, value) in added)
        {
            statements.AddEntry(name, value, sequence);
        }
    }

    protected override void Release() => FactRow.Release(facts);
}
