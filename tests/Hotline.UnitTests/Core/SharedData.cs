using System.Runtime.CompilerServices;
using Xunit;

namespace Hotline.UnitTests.Core;

/// <summary>Real data that lies beside the repository where it is at hand, and is no part of it.</summary>
internal static class SharedData
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "../../../../shared/data"));

    /// <summary>A file or folder of it; the test is skipped where there is none.</summary>
    public static string Require(string path)
    {
        var full = Path.Combine(Folder, path);
        Skip.IfNot(Path.Exists(full), $"../shared/data/{path} is not at hand");
        return full;
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
