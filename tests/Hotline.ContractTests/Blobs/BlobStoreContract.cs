using System.Security.Cryptography;
using Hotline.ContractTests.Documents;
using Hotline.Ports;
using Xunit;

namespace Hotline.ContractTests.Blobs;

/// <summary>What every blob store does: bytes in, the same bytes out, or a clear word that they are not the same.</summary>
public abstract class BlobStoreContract(Func<IStoreHarness> start) : IAsyncLifetime
{
    private static readonly DateTimeOffset KeptAt = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private IStoreHarness _harness = null!;

    public Task InitializeAsync()
    {
        _harness = start();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _harness.DisposeAsync().AsTask();

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(3_000_000)]
    public async Task Bytes_of_any_length_come_back_also_after_a_restart(int length)
    {
        var blob = await PutAsync(length);
        Assert.Equal(blob.Content.ToArray(), await _harness.Blobs.GetAsync(blob.Ref, CancellationToken.None));
        await _harness.RestartAsync();
        Assert.Equal(blob.Content.ToArray(), await _harness.Blobs.GetAsync(blob.Ref, CancellationToken.None));
    }

    [SkippableTheory]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task The_same_bytes_may_be_put_again(int length)
    {
        var blob = await PutAsync(length);
        await _harness.Blobs.PutAsync(blob, CancellationToken.None);
        Assert.Equal(blob.Content.ToArray(), await _harness.Blobs.GetAsync(blob.Ref, CancellationToken.None));
    }

    [SkippableFact]
    public async Task Many_at_once_are_all_kept()
    {
        var blobs = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => PutAsync(i % 2 == 0 ? 5000 : 70_000))));
        foreach (var blob in blobs)
        {
            Assert.Equal(blob.Content.ToArray(), await _harness.Blobs.GetAsync(blob.Ref, CancellationToken.None));
        }
    }

    [SkippableFact]
    public async Task What_is_not_kept_is_null()
    {
        Assert.Null(await _harness.Blobs.GetAsync(BlobRef.Of("abc"u8, KeptAt), CancellationToken.None));
        foreach (var text in new[] { "", "../../hotline.db", $"01c2bf7c-{new string('/', 64)}" })
        {
            Assert.Null(await _harness.Blobs.GetAsync(new BlobRef(text), CancellationToken.None));
        }
    }

    [SkippableTheory]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task Damage_is_noticed(int length)
    {
        var blob = await PutAsync(length);
        _harness.Damage(blob.Ref);
        var failure = await Assert.ThrowsAsync<InvalidDataException>(async () => await _harness.Blobs.GetAsync(blob.Ref, CancellationToken.None));
        Assert.Contains(blob.Ref.Value, failure.Message, StringComparison.Ordinal);
    }

    private async Task<NewBlob> PutAsync(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        var blob = new NewBlob(BlobRef.Of(content, KeptAt), content);
        await _harness.Blobs.PutAsync(blob, CancellationToken.None);
        return blob;
    }
}
