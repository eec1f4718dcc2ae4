namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>Dapr keeps the contract of the event log, as far as a log that pushes can.</summary>
public sealed class DaprEventLogTests() : EventLogContract(DaprHarness.StartAsync)
{
    protected override bool ReadsAhead => false;
}
