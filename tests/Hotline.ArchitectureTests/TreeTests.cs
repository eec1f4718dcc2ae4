using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hotline.ArchitectureTests;

/// <summary>What may stand in the repository's files, each rule with its remedy.</summary>
public sealed partial class TreeTests
{
    private const int MostLines = 300;
    private static readonly string[] BannedWords = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Base", "Dto", "DTO"];
    private static readonly string[] Written = [".cs", ".csproj", ".props", ".targets", ".json", ".yaml", ".yml", ".md", ".sh", ".txt", ".sln", ".csv", ""];

    [Fact]
    public void No_product_file_is_too_long() => None(
        Tree.Product.Where(file => Tree.Lines(file).Length > MostLines), $"longer than {MostLines} lines: split by what changes together");

    [Fact]
    public void No_type_has_a_name_that_says_nothing() => None(
        from file in Tree.Product
        from type in Tree.TypesIn(file)
        from word in Words().Matches(type).Select(match => match.Value)
        where BannedWords.Contains(word)
        select $"{file}: {type}",
        "name it by what it is for, not Manager, Helper, Util, Common, Base or DTO");

    [Fact]
    public void Files_are_named_by_their_type() => None(
        Tree.Product.Where(file => Path.GetFileName(file) is not "Program.cs" && !IsNamedByAType(file)),
        "name the file by its type, an adapter port.adapter (IEventLog.Kafka.cs), a family of types by the word they begin or end with");

    [Fact]
    public void Namespaces_follow_the_project() => None(
        Tree.Product.Where(file => Path.GetFileName(file) is not "Program.cs" && !Regex.IsMatch(Tree.Read(file), @$"^namespace {Regex.Escape(ProjectOf(file))}(\.\w+)*;", RegexOptions.Multiline)),
        "begin the namespace with the project's name, file-scoped");

    [Fact]
    public void Topics_and_event_types_stand_in_one_place() => None(
        Tree.Product.Where(file => Path.GetFileName(file) is not ("Topics.cs" or "EventTypes.cs") && TopicName().IsMatch(Tree.Read(file))),
        "take the name from Topics or EventTypes");

    [Fact]
    public void Nothing_is_left_to_do_later()
    {
        var later = new Regex(@"\b(TO" + @"DO|FIX" + @"ME|XX" + @"X|HA" + @"CK)\b");
        None(Text().Where(file => later.IsMatch(Tree.Read(file))), "do it, or write an issue");
    }

    [Fact]
    public void No_path_or_registry_of_one_machine_is_kept()
    {
        var own = new Regex(@"(?<![\w.<-])/(work|root|home/\w+)/\w|[A-Z]:\\Users\\|/tmp/bash_|<add key=""[^""]*"" value=""https?://|https?://[^\s""'<>]*(artifactory|nexus|/npm/|/pypi/|/nuget/v\d|index\.json)");
        None(
            Text().Where(file => file != "tests/Hotline.ArchitectureTests/TreeTests.cs").SelectMany(file => Tree.Lines(file).Where(line => own.IsMatch(line)).Select(line => $"{file}: {line.Trim()}")),
            "take it from the environment or the user's own settings");
    }

    [Fact]
    public void No_settings_of_a_feed_or_a_secret_lie_about() => None(
        Tree.Files.Where(file => Path.GetFileName(file).ToLowerInvariant() is "nuget.config" or ".npmrc" or ".env" or "appsettings.json" || Path.GetExtension(file) is ".key" or ".pem" or ".pfx" or ".db"),
        "keep it out of the repository; defaults live in the options class");

    [Fact]
    public void Every_public_type_of_the_core_says_what_it_is() => None(
        Tree.Product.Where(file => file.StartsWith("services/core/", StringComparison.Ordinal)).SelectMany(WithoutSummary), "one sentence in <summary>");

    [Fact]
    public void Package_versions_are_exact()
    {
        var file = XDocument.Parse(Tree.Read("Directory.Packages.props"));
        var properties = file.Descendants("PropertyGroup").Elements().ToDictionary(property => property.Name.LocalName, property => property.Value);
        var loose = file.Descendants("PackageVersion")
            .Select(package => (Name: (string)package.Attribute("Include")!, Version: Property().Replace((string)package.Attribute("Version")!, match => properties[match.Groups[1].Value])))
            .Concat(Tree.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).SelectMany(project => XDocument.Parse(Tree.Read(project)).Descendants("PackageReference")
                .Select(package => (Name: $"{project}: {(string?)package.Attribute("Include")}", Version: (string?)package.Attribute("VersionOverride") ?? (string?)package.Attribute("Version")))
                .Where(package => package.Version is not null).Select(package => (package.Name, Version: package.Version!))))
            .Where(package => !ExactVersion().IsMatch(package.Version));
        None(loose.Select(package => $"{package.Name} {package.Version}"), "write [1.2.3]");
        Assert.Equal("true", properties["CentralPackageTransitivePinningEnabled"]);
    }

    private static void None(IEnumerable<string> wrong, string remedy)
    {
        var list = wrong.Distinct().ToList();
        Assert.True(list.Count == 0, $"{remedy}:\n{string.Join("\n", list)}");
    }

    private static IEnumerable<string> Text() => Tree.Files.Where(file => Written.Contains(Path.GetExtension(file)));

    private static string ProjectOf(string file)
    {
        var project = Tree.ProductProjects.Single(project => file.StartsWith(Path.GetDirectoryName(project)!.Replace('\\', '/') + "/", StringComparison.Ordinal));
        return Path.GetFileNameWithoutExtension(project);
    }

    private static bool IsNamedByAType(string file)
    {
        var parts = Path.GetFileNameWithoutExtension(file).Split('.');
        var types = Tree.TypesIn(file).ToList();
        if (types.Contains(parts[0]))
        {
            return true;
        }

        if (parts is [var port, var adapter])
        {
            return types.Contains(adapter + port.TrimStart('I'));
        }

        var family = WordsOf(parts[0]);
        return types.Select(WordsOf).Any(type => type[0] == family[0].TrimEnd('s') || type[^1] == family[^1].TrimEnd('s'));
    }

    private static List<string> WordsOf(string name) => [.. Words().Matches(name).Select(word => word.Value).SkipWhile(word => word == "I")];

    private static IEnumerable<string> WithoutSummary(string file)
    {
        var lines = Tree.Lines(file);
        for (var at = 0; at < lines.Length; at++)
        {
            if (!lines[at].StartsWith("public ", StringComparison.Ordinal) || !Tree.Declaration().IsMatch(lines[at]))
            {
                continue;
            }

            var above = at - 1;
            while (above >= 0 && (lines[above].StartsWith('[') || lines[above].StartsWith("    ", StringComparison.Ordinal) || lines[above].StartsWith(')')))
            {
                above--;
            }

            var comment = lines[..(above + 1)].Reverse().TakeWhile(line => line.StartsWith("///", StringComparison.Ordinal));
            if (!comment.Any(line => line.Contains("<summary>", StringComparison.Ordinal)) && !lines[Math.Max(0, at - 1)].StartsWith("[OptionsValidator]", StringComparison.Ordinal))
            {
                yield return $"{file}: {lines[at].Trim()}";
            }
        }
    }

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"""[^""]*hotline\.[a-z.-]+\.v\d")]
    private static partial Regex TopicName();

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Property();

    [GeneratedRegex(@"^\[\d+(\.\d+){1,3}(-[\w.]+)?\]$")]
    private static partial Regex ExactVersion();
}
