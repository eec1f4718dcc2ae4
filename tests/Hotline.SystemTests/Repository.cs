namespace Hotline.SystemTests;

/// <summary>Where the repository lies, and the data beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Real appeals that nobody of this project wrote, or a few of our own.</summary>
    public static string Appeals
    {
        get
        {
            var real = Path.Combine(Root, "..", "shared", "data", "appeals", "labelled_7class_raw.csv");
            return File.Exists(real) ? real : Path.Combine(Root, "services", "Hotline.AllInOne", "Practice", "appeals.csv");
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hotline.Microservices.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }
}

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hotline-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
