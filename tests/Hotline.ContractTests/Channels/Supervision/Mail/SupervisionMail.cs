using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.ContractTests.Channels.Supervision.Mail;

/// <summary>Mails to the line, and what an officer finds of them.</summary>
internal static class SupervisionMail
{
    public static byte[] Letter(string title, string body = "某局某人收红包。", string fields = "", string? id = null) => Encoding.UTF8.GetBytes(
        $"{fields}From: <zhang@example.org>\r\nTo: <line@example.org>\r\nSubject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(title))}?=\r\nDate: Mon, 2 Mar 2026 09:00:00 +0800\r\n"
        + $"Message-ID: <{id ?? Convert.ToHexStringLower(Encoding.UTF8.GetBytes(title))}@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n");

    public static string[] Options(int port, string trustedRoot, params string[] more) =>
    [
        "--Hotline:Supervision:Mailbox:Host=localhost", string.Create(CultureInfo.InvariantCulture, $"--Hotline:Supervision:Mailbox:Port={port}"), "--Hotline:Supervision:Mailbox:User=line@example.org",
        "--Hotline:Supervision:Mailbox:Password=secret", $"--Hotline:Supervision:Mailbox:TrustedRoot={trustedRoot}", "--Hotline:Supervision:Mailbox:PollSeconds=1",
        "--Hotline:Supervision:Mailbox:AnswerSeconds=10", "--Hotline:Supervision:Mailbox:Address=line@example.org", .. more,
    ];

    public static async Task<int> CountAsync(SupervisionHost host) => (await host.ListAsync()).AsArray().Count;

    /// <summary>What lies in the seal of each report's first letter, oldest first.</summary>
    public static async Task<IReadOnlyList<JsonNode>> OpenAllAsync(SupervisionHost host)
    {
        var opened = new List<JsonNode>();
        foreach (var line in (await host.ListAsync()).AsArray())
        {
            var letter = (await host.OpenAsync((string)line!["id"]!))["letters"]![0]!["letter"].Deserialize(SealingJson.Default.SealedLetter)!;
            opened.Add(JsonNode.Parse(LetterSealer.Open(letter, LetterKinds.Report, host.Officers[0]))!);
        }

        return opened;
    }

    public static byte[] MailOf(JsonNode content) => Convert.FromBase64String((string)content["mail"]!);

    /// <summary>The titles of all reports' mails, in order.</summary>
    public static async Task<IReadOnlyList<string>> TitlesAsync(SupervisionHost host) => [.. (await OpenAllAsync(host)).Select(content =>
    {
        var text = Encoding.UTF8.GetString(MailOf(content));
        var from = text.IndexOf("=?utf-8?B?", StringComparison.Ordinal) + 10;
        return Encoding.UTF8.GetString(Convert.FromBase64String(text[from..text.IndexOf("?=", from, StringComparison.Ordinal)]));
    }).Order(StringComparer.Ordinal)];

    public static Task<JsonNode> MailboxAsync(SupervisionHost host, string account = "discipline-01") => host.Staff.CallAsync(account, HttpMethod.Get, "/supervision/station/mailbox");
}
