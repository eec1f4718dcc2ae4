using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Hotline.Hosting;

namespace Hotline.ArchitectureTests;

/// <summary>The compiled product: what refers to what, and the modules in it.</summary>
internal static class Assemblies
{
    /// <summary>Assembly → the assemblies its code uses.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> References { get; } = Tree.ProductProjects
        .Select(project => Path.GetFileNameWithoutExtension(project))
        .Where(name => File.Exists(PathOf(name)))
        .ToDictionary(name => name, Read);

    /// <summary>The modules of all services, by their project.</summary>
    public static IReadOnlyDictionary<string, Type> Modules { get; } = Tree.Services
        .ToDictionary(name => name, name => Assembly.LoadFrom(PathOf(name)).GetTypes().Single(type => type.IsAssignableTo(typeof(IServiceModule)) && !type.IsAbstract));

    public static ServiceDescription DescriptionOf(Type module) =>
        (ServiceDescription)module.GetProperty(nameof(IServiceModule.Service), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private static IReadOnlyList<string> Read(string name)
    {
        using var file = new PEReader(File.OpenRead(PathOf(name)));
        var metadata = file.GetMetadataReader();

        // By the types used: the compiler lists an aliased reference also when no code uses it.
        return [.. metadata.TypeReferences
            .Select(handle => metadata.GetTypeReference(handle).ResolutionScope)
            .Where(scope => scope.Kind == HandleKind.AssemblyReference)
            .Distinct()
            .Select(scope => metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name))];
    }
}
