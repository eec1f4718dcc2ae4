namespace Hotline.Contracts;

/// <summary>What a proof 证明材料 of a unit's reply is meant to show.</summary>
public static class ProofKinds
{
    public const string Before = "before";
    public const string After = "after";
    public const string Scene = "scene";
    public const string Document = "document";
    public const string Other = "other";

    /// <summary>Names for people, zh-CN, in the order they are offered.</summary>
    public static readonly IReadOnlyDictionary<string, string> Titles = new Dictionary<string, string>
    {
        [Before] = "办理前照片",
        [After] = "办理后照片",
        [Scene] = "现场照片",
        [Document] = "文书材料",
        [Other] = "其他材料",
    };

    /// <summary>Whether only an image can be of this kind.</summary>
    public static bool IsPhoto(string kind) => kind is Before or After or Scene;
}
