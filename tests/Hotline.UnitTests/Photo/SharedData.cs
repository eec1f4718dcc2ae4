namespace Hotline.UnitTests.Photo;

/// <summary>Real data of others beside the repository, read where it lies; nothing of it is in this repository.</summary>
internal static class SharedData
{
    /// <returns>Null when it is not there.</returns>
    public static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hotline.Microservices.sln")))
            {
                var found = Path.GetFullPath(Path.Combine("../shared/data", path), folder.FullName);
                return Path.Exists(found) ? found : null;
            }
        }

        return null;
    }

    public static string Missing(string set) => $"../shared/data/{set}, counted from the repository's root, is not there: it is data of others that may not be copied.";
}
