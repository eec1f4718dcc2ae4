namespace Hotline.Ports;

/// <summary>
/// What an engine on the network needs before services use it, and again after an upgrade: topics, indexes. Run by the command <c>migrate</c>, safe to
/// repeat, and done while services of the version before still run.
/// </summary>
public interface IMigration
{
    /// <returns>A line for each thing that was made; none when all was there.</returns>
    /// <exception cref="EngineAwayException">The engine cannot be reached, or did not take it; what was made stays.</exception>
    Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation);
}
