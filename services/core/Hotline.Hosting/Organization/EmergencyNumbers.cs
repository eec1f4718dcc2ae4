namespace Hotline.Hosting;

/// <summary>The numbers for danger to life. The hotline takes no emergencies on: it names the number, and hands a call over by one key (国办发〔2022〕12号).</summary>
public static class EmergencyNumbers
{
    /// <summary>Number → what people read.</summary>
    public static readonly IReadOnlyDictionary<string, string> Titles =
        new Dictionary<string, string> { ["110"] = "公安报警", ["119"] = "消防救援", ["120"] = "医疗急救", ["122"] = "交通事故" };

    /// <summary>What a citizen in danger is told.</summary>
    /// <param name="numbers">Those for his danger; at least one.</param>
    public static string Advice(IReadOnlyList<string> numbers) =>
        $"如有人身危险，请立即拨打{string.Join("、", numbers.Select(number => $"{number}（{Titles[number]}）"))}，不要等候本热线处理。";
}
