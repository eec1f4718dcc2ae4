using System.Text;

namespace Hotline.UnitTests.Email;

/// <summary>Messages of others, read where they lie: ../shared/data/email beside the repository. They may not be copied into it.</summary>
internal static class MailData
{
    public static string Root { get; } = Find();

    public static string Appeals => Path.Combine(Root, "..", "shared", "data", "appeals");

    /// <summary>Skips the test when the set is not there.</summary>
    public static string Folder(string name)
    {
        var folder = Path.Combine(Root, "..", "shared", "data", "email", name);
        Skip.IfNot(Directory.Exists(folder), $"../shared/data/email/{name}, counted from the repository's root, is not there: it is data of others that may not be copied.");
        return folder;
    }

    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var files = Directory.GetFiles(Folder(folder), pattern, SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>A message of our own, written with LF and sent with CR LF.</summary>
    public static ReadOnlyMemory<byte> Message(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

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
