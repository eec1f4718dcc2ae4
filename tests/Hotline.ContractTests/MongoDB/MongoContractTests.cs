using Hotline.ContractTests.Blobs;
using Hotline.ContractTests.Documents;

namespace Hotline.ContractTests.MongoDB;

/// <summary>MongoDB keeps the contract of documents.</summary>
public sealed class MongoDocumentStoreTests() : DocumentStoreContract(() => MongoHarness.Start());

/// <summary>MongoDB keeps the contract of blobs.</summary>
public sealed class MongoBlobStoreTests() : BlobStoreContract(() => MongoHarness.Start());
