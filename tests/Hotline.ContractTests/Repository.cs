namespace Hotline.ContractTests;

/// <summary>Where the sources lie: the tests run from a folder below.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Hotline.Microservices.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("These tests run from within the repository: no Hotline.Microservices.sln above " + AppContext.BaseDirectory);
    }
}
