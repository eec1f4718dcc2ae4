using FsCheck;
using FsCheck.Fluent;

namespace Hotline.UnitTests.Core;

/// <summary>Properties over generated input; the seed is fixed, so a failure comes again.</summary>
internal static class Fuzz
{
    /// <summary>Text of any UTF-16 code units, half surrogates and marks included, with the awkward ones more often than their share.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency(
            (6, Gen.Choose(0, 0xFFFF)),
            (2, Gen.Choose(0x20, 0x7E)),
            (2, Gen.Choose(0xD800, 0xDFFF)),
            (2, Gen.Elements(0x00, 0x09, 0x0A, 0x0D, 0x202E, 0x2066, 0xFEFF, 0xFFFE, 0xFFFF, 0x0301, 0x1161, 0x3000)))
        .Select(code => (char)code)
        .ArrayOf()
        .Select(chars => new string(chars));

    public static void Holds<T>(Gen<T> input, Func<T, bool> property, int tests = 1000) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20261121UL, 12345UL), Prop.ForAll(input.ToArbitrary(), property));
}
