using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Hotline.Intake.Email.Smtp;

/// <summary>When a connection to the mail server is encrypted.</summary>
public enum SmtpTls
{
    /// <summary>From the first byte, as on port 465.</summary>
    Implicit,

    /// <summary>After STARTTLS, as on port 587; a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>Never: for a server on this machine only.</summary>
    None,
}

/// <summary>The mail server replies are handed to. Without host or folder replies wait, and the channel says so.</summary>
public sealed class SmtpServer : IValidatableObject
{
    /// <summary>The server, by the name in its certificate: <c>smtp.163.com</c>.</summary>
    public string Host { get; set; } = "";

    [Range(1, 65_535)]
    public int Port { get; set; } = 465;

    public SmtpTls Tls { get; set; }

    /// <summary>Who logs in; empty for a server that takes mail without.</summary>
    [RegularExpression("[ -~]*")]
    public string User { get; set; } = "";

    /// <summary>A secret; with 163 and QQ the authorization code 授权码.</summary>
    [RegularExpression("[ -~]*")]
    public string Password { get; set; } = "";

    /// <summary>The office's address: replies come from it, and what bounces comes back to it, so it must be one that is read.</summary>
    [RegularExpression(@"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}")]
    public string From { get; set; } = "";

    /// <summary>What stands before the address.</summary>
    [StringLength(60)]
    public string FromName { get; set; } = "12345政务服务便民热线";

    /// <summary>Answers a letter that became an appeal with its number and query code, once for each sender and day.</summary>
    public bool Receipts { get; set; } = true;

    /// <summary>Sends receipts with an empty return path, so that nothing ever answers them (RFC 3834). 163 and QQ refuse that: false.</summary>
    public bool NullReturnPath { get; set; } = true;

    /// <summary>A PEM file of the root this server's certificate must come from, instead of the system's roots; empty for the system's.</summary>
    public string TrustedRoot { get; set; } = "";

    /// <summary>How long the server may take for each answer, 1–600 seconds; for the last one, after the message, five times as long.</summary>
    [Range(1, 600)]
    public int AnswerSeconds { get; set; } = 60;

    /// <summary>For practice, in place of a server: a folder in which each message becomes a file.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The option without which nothing is sent; null when there is none.</summary>
    public string? Missing => Host.Length == 0 && Folder.Length == 0 ? $"{EmailOptions.Section}:Smtp:Host" : From.Length == 0 ? $"{EmailOptions.Section}:Smtp:From" : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Tls == SmtpTls.None && Host.Length > 0 && Host != "localhost" && !(IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address)))
        {
            yield return new($"{EmailOptions.Section}:Smtp:Tls=None is for a server on this machine only: set Implicit or StartTls.");
        }
    }
}
