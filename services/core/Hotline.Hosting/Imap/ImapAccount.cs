using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Hotline.Hosting;

/// <summary>A mailbox read by IMAP over TLS. Without a password it stays closed and says so.</summary>
public class ImapAccount : IValidatableObject
{
    /// <summary>The server, by the name in its certificate: <c>imap.163.com</c>.</summary>
    [Required]
    public string Host { get; set; } = "";

    /// <summary>A port that speaks TLS from the first byte; there is no other way in.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 993;

    /// <summary>False: unencrypted, for a server on this machine only.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>Who logs in: the mailbox's address with most providers.</summary>
    [Required]
    [RegularExpression("[ -~]+")]
    public string User { get; set; } = "";

    /// <summary>The password; with 163, 126, yeah.net and QQ the authorization code 授权码 their settings page gives out.</summary>
    public string Password { get; set; } = "";

    /// <summary>The folder letters arrive in, as people write it: <c>INBOX</c>, <c>诉求</c>.</summary>
    [Required]
    [StringLength(200)]
    public string Folder { get; set; } = "INBOX";

    /// <summary>A PEM file of the root this server's certificate must come from, instead of the system's roots; empty for the system's.</summary>
    public string TrustedRoot { get; set; } = "";

    /// <summary>How often to look where the server cannot tell of new letters by itself (IDLE), and after how long to try a letter again, 1–3600 seconds.</summary>
    [Range(1, 3600)]
    public int PollSeconds { get; set; } = 60;

    /// <summary>How long the server may take for an answer, 1–600 seconds; a letter's body gets a second more for every 32 KiB.</summary>
    [Range(1, 600)]
    public int AnswerSeconds { get; set; } = 60;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Tls && Host != "localhost" && !(IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address)))
        {
            yield return new($"The mailbox at {Host} is to be read with Tls=false, which is for a server on this machine only: take it out.", [nameof(Tls)]);
        }
    }
}
