using Hotline.ContractTests.Documents;

namespace Hotline.ContractTests.Blobs;

/// <summary>The embedded store keeps the contract of blobs.</summary>
public sealed class SqliteBlobStoreTests() : BlobStoreContract(() => SqliteHarness.Start());
