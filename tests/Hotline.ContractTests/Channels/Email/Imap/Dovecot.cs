using System.Diagnostics;
using System.Globalization;

namespace Hotline.ContractTests.Channels.Email.Imap;

/// <summary>A real IMAP server as a child process: TLS on loopback, one mailbox, a Maildir.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class Dovecot : IDisposable
{
    private const string Program = "/usr/sbin/dovecot";
    private const string Nobody = "65534";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-dovecot-").FullName;
    private Process? _process;

    public Dovecot()
    {
        Certificate = new ServerCertificate(_folder);
        Port = FreePorts.Next();

        // Mail is never served as root; whoever serves it must reach the folders.
        var open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder, open);
        foreach (var name in new[] { "mail", "mail/new", "mail/cur", "mail/tmp", "run" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
            File.SetUnixFileMode(Path.Combine(_folder, name), name == "run" ? (UnixFileMode)0b111_101_101 : open);
        }

        File.WriteAllText(Path.Combine(_folder, "dovecot.conf"), Configuration());
    }

    /// <summary>Whether this machine has Debian's dovecot-imapd, or another build of the same.</summary>
    public static bool IsThere => File.Exists(Program);

    public int Port { get; }

    public ServerCertificate Certificate { get; }

    public void Start() => _process = Process.Start(new ProcessStartInfo(Program, ["-F", "-c", Path.Combine(_folder, "dovecot.conf")]) { RedirectStandardError = true })!;

    /// <summary>SIGKILL to all its processes at once; none can save anything.</summary>
    public void Kill()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>Puts a letter into the mailbox as an MTA does.</summary>
    public void Deliver(string name, byte[] letter)
    {
        var draft = Path.Combine(_folder, "mail/tmp", name);
        File.WriteAllBytes(draft, letter);
        File.SetUnixFileMode(draft, (UnixFileMode)0b110_110_110);
        File.Move(draft, Path.Combine(_folder, "mail/new", name));
    }

    /// <summary>Marks a letter just delivered as seen, as another mail program would.</summary>
    public void ReadByAPerson(string name) => File.Move(Path.Combine(_folder, "mail/new", name), Path.Combine(_folder, "mail/cur", name + ":2,S"));

    public int Count() => Directory.GetFiles(Path.Combine(_folder, "mail/new")).Length + Directory.GetFiles(Path.Combine(_folder, "mail/cur")).Length;

    /// <summary>Empties the mailbox by hand.</summary>
    public void RemoveAll() => Directory.GetFiles(Path.Combine(_folder, "mail/new")).Concat(Directory.GetFiles(Path.Combine(_folder, "mail/cur"))).ToList().ForEach(File.Delete);

    /// <summary>Whatever the server keeps: letters, indexes, caches, its log.</summary>
    public IEnumerable<(string Name, byte[] Content)> Files() => Directory.EnumerateFiles(_folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Device })
        .Where(file => !file.StartsWith(Path.Combine(_folder, "run"), StringComparison.Ordinal)).Select(file => (Path.GetRelativePath(_folder, file), File.ReadAllBytes(file)));

    public int SeenCount() => Directory.GetFiles(Path.Combine(_folder, "mail/cur")).Count(file => file[(file.LastIndexOf(',') + 1)..].Contains('S', StringComparison.Ordinal));

    public int UnseenCount() => Count() - SeenCount();

    /// <summary>Takes the flag from all letters, as if their marks had been lost.</summary>
    public void ForgetSeen()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "mail/cur")))
        {
            File.Move(file, file[..(file.LastIndexOf(',') + 1)]);
        }
    }

    /// <summary>Forgets all UIDs and gives the mailbox another UIDVALIDITY. Only while it does not run.</summary>
    public void Renumber()
    {
        var list = Path.Combine(_folder, "mail/dovecot-uidlist");
        var validity = uint.Parse(File.ReadLines(list).First().Split(' ').Single(word => word.StartsWith('V'))[1..], CultureInfo.InvariantCulture);
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "mail"), "dovecot*"))
        {
            File.Delete(file);
        }

        File.WriteAllText(list, $"3 V{validity + 1_000} N1 G{new string('a', 32)}\n");
        File.SetUnixFileMode(list, (UnixFileMode)0b110_110_110);
    }

    public void Dispose()
    {
        Kill();
        Certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Configuration()
    {
        var me = Environment.UserName;
        var isRoot = Environment.IsPrivilegedProcess;
        var users = isRoot ? "" : $"default_internal_user = {me}\ndefault_internal_group =\ndefault_login_user = {me}\n";
        var owner = isRoot ? $"uid={Nobody} gid={Nobody} " : $"uid={me} ";
        return $$"""
            {{users}}protocols = imap
            base_dir = {{_folder}}/run
            state_dir = {{_folder}}/run
            log_path = {{_folder}}/log
            listen = 127.0.0.1
            first_valid_uid = 1
            ssl = required
            ssl_cert = <{{Certificate.CertificateFile}}
            ssl_key = <{{Certificate.KeyFile}}
            mail_location = maildir:{{_folder}}/mail
            maildir_very_dirty_syncs = no
            auth_mechanisms = plain
            passdb {
              driver = static
              args = password=secret
            }
            userdb {
              driver = static
              args = {{owner}}home={{_folder}}
            }
            service anvil {
              chroot =
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = 0
              }
              inet_listener imaps {
                address = 127.0.0.1
                port = {{Port}}
                ssl = yes
              }
            }

            """;
    }
}
