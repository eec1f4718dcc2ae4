namespace Hotline.ContractTests.Documents;

/// <summary>The embedded store keeps the contract of documents.</summary>
public sealed class SqliteDocumentStoreTests() : DocumentStoreContract(() => SqliteHarness.Start());
