using System.Text.RegularExpressions;

namespace Hotline.ArchitectureTests;

/// <summary>The repository's files.</summary>
internal static partial class Tree
{
    private static readonly string[] NotOurs = [".git", "artifacts", "data", "bin", "obj", ".vs", ".idea"];

    public static string Root { get; } = Find();

    /// <summary>Paths from the root, with slashes, of all files that are kept.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(new DirectoryInfo(Root)).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>C# that ships.</summary>
    public static IEnumerable<string> Product => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && (file.StartsWith("services/", StringComparison.Ordinal) || file.StartsWith("gateway/", StringComparison.Ordinal)));

    /// <summary>Projects that ship, and what they are: <c>services/core/Hotline.Ports</c>.</summary>
    public static IEnumerable<string> ProductProjects => Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal));

    /// <summary>Folders of services: one project each, with one module.</summary>
    public static IEnumerable<string> Services => ProductProjects
        .Where(file => file.StartsWith("services/intake/", StringComparison.Ordinal) || file.StartsWith("services/handling/", StringComparison.Ordinal) || file.StartsWith("services/desk/", StringComparison.Ordinal))
        .Select(file => Path.GetFileNameWithoutExtension(file));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    /// <summary>Names of the types a file declares.</summary>
    public static IEnumerable<string> TypesIn(string file) => Declaration().Matches(Read(file)).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref)\s+)*(?:class|record\s+struct|record|struct|interface|enum)\s+(?<name>\w+)", RegexOptions.Multiline)]
    public static partial Regex Declaration();

    private static string Relative(FileInfo file) => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles()
        .Concat(folder.EnumerateDirectories().Where(below => below.LinkTarget is null && !NotOurs.Contains(below.Name)).SelectMany(Walk));

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
