namespace Hotline.Intake.WeChat.Platform;

/// <summary>Why the platform did not do what it was asked, as far as it matters what to do next.</summary>
public enum PlatformTrouble
{
    /// <summary>Busy, broken or not reached; may do at the next try.</summary>
    Away,

    /// <summary>It holds the access token for spent.</summary>
    TokenSpent,

    /// <summary>This server's address is not on the account's white list.</summary>
    NotListed,

    /// <summary>AppId or AppSecret are not the account's, or the account may not call this.</summary>
    NotAllowed,

    /// <summary>The day's calls are used up.</summary>
    Quota,

    /// <summary>It no longer has the media, or never had.</summary>
    NoSuchMedia,

    /// <summary>The answer is larger than we take.</summary>
    TooLarge,
}

/// <summary>A call of the platform's interface failed. The message holds no secret and nothing of a citizen.</summary>
public sealed class PlatformException : Exception
{
    public PlatformException()
    {
    }

    public PlatformException(string message)
        : base(message)
    {
    }

    public PlatformException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public PlatformException(PlatformTrouble trouble, string message, Exception? inner = null)
        : base(message, inner) => Trouble = trouble;

    public PlatformTrouble Trouble { get; }

    /// <summary>The platform's return code; 0 when it gave none.</summary>
    public int Errcode { get; init; }

    /// <summary>Whether a call that has an effect may have had it all the same.</summary>
    public bool MayHaveActed { get; init; }

    /// <summary>From the platform's table of return codes.</summary>
    public static PlatformException Of(int code) => new(
        code switch
        {
            40001 or 40014 or 42001 or 41001 => PlatformTrouble.TokenSpent,
            40164 => PlatformTrouble.NotListed,
            40013 or 40125 or 48001 or 50001 or 50002 or 61024 => PlatformTrouble.NotAllowed,
            45009 or 45011 => PlatformTrouble.Quota,
            40007 => PlatformTrouble.NoSuchMedia,
            45001 => PlatformTrouble.TooLarge,
            _ => PlatformTrouble.Away,
        },
        $"errcode {code}")
    {
        Errcode = code,
    };
}
