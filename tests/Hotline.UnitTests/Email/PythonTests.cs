using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

/// <summary>Python's e-mail package writes Chinese messages in every way that occurs; what it put in must come out.</summary>
public sealed class PythonTests
{
    private const string Script = """
        import base64, csv, json, random, sys
        from email.mime.text import MIMEText
        from email import charset as cs, encoders
        from email.header import Header
        from email.mime.nonmultipart import MIMENonMultipart
        import quopri

        texts = []
        for name in ('labelled_7class_raw.csv',):
            with open(sys.argv[1] + '/' + name, encoding='utf-8-sig', newline='') as f:
                for row in csv.reader(f):
                    if len(row) > 4 and len(row[4]) > 20:
                        texts.append((row[2].strip(), row[4].strip()))
        random.seed(20261121)
        wrong = {'utf-8': ['gb2312', 'gbk', 'gb18030', 'iso-8859-1', 'us-ascii', 'big5', 'x-unknown', None],
                 'gb': ['utf-8', 'us-ascii', 'iso-8859-1', 'big5', 'x-unknown', 'windows-1252', None]}
        out = open(sys.argv[2], 'w', encoding='ascii')
        count = 0
        while count < int(sys.argv[3]):
            title, text = texts[count % len(texts)]
            charset = ('gb2312', 'gbk', 'gb18030', 'utf-8')[count % 4]
            coding = ('base64', 'quoted-printable', '8bit')[count // 4 % 3]
            is_right = count // 12 % 2 == 0
            count += 1
            try:
                data = text.encode(charset)
                subject = title.encode(charset)
            except UnicodeEncodeError:
                charset = 'gb18030'
                data, subject = text.encode(charset), title.encode(charset)
            label = charset if is_right else random.choice(wrong['utf-8' if charset == 'utf-8' else 'gb'])
            part = MIMENonMultipart('text', 'plain', **({'charset': label} if label else {}))
            part['From'] = Header('张三', 'utf-8').encode() + ' <a@example.cn>'
            head = b''
            if is_right:
                part['Subject'] = Header(title, charset).encode()
            else:
                head = b'Subject: ' + b' '.join(subject.split()) + b'\r\n'
            part['Content-Transfer-Encoding'] = coding
            raw = part.as_bytes().replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')
            lines = data.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n') if coding == '8bit' else data
            if coding == 'base64':
                lines = base64.encodebytes(data).replace(b'\n', b'\r\n')
            elif coding == 'quoted-printable':
                lines = quopri.encodestring(data).replace(b'\n', b'\r\n')
            message = head + raw + lines
            out.write(json.dumps({'m': base64.b64encode(message).decode(), 't': text, 's': ' '.join(title.split()), 'c': charset, 'e': coding, 'l': label, 'r': is_right}) + '\n')
        out.close()
        """;

    private const int Messages = 2_400;

    [SkippableFact]
    public void What_Python_wrote_is_read()
    {
        Skip.IfNot(File.Exists(Path.Combine(MailData.Appeals, "labelled_7class_raw.csv")), "../shared/data/appeals is not there: it is data of others that may not be copied.");
        var file = Path.GetTempFileName();
        try
        {
            Skip.IfNot(Run(Script, MailData.Appeals, file, Messages.ToString(System.Globalization.CultureInfo.InvariantCulture)), "python3 is not there.");
            var (wrong, count, mislabelled) = (new List<string>(), 0, 0);
            foreach (var line in File.ReadLines(file))
            {
                using var json = JsonDocument.Parse(line);
                var row = json.RootElement;
                var message = MimeReader.Read(row.GetProperty("m").GetBytesFromBase64());
                var (text, subject) = (MailText.Of(message).Text, message.Headers.Text("Subject") ?? "");
                count++;
                mislabelled += row.GetProperty("r").GetBoolean() ? 0 : 1;
                if (Plain(text) != Plain(row.GetProperty("t").GetString()!) || Plain(subject) != Plain(row.GetProperty("s").GetString()!))
                {
                    wrong.Add($"{row.GetProperty("c")} {row.GetProperty("e")} as {row.GetProperty("l")}: {subject} | {text} instead of {row.GetProperty("s")} | {row.GetProperty("t")}");
                }
            }

            Assert.Equal(Messages, count);
            Assert.InRange(mislabelled, Messages / 3, Messages * 2 / 3);
            Assert.True(wrong.Count == 0, $"{wrong.Count} of {count}: {string.Join("\n", wrong.Take(20))}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <returns>False where there is no Python; fails the test where the script does.</returns>
    internal static bool Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardError = true, StandardErrorEncoding = Encoding.UTF8 };
        foreach (var argument in arguments.Prepend(script).Prepend("-c"))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var python = Process.Start(start)!;
            var errors = python.StandardError.ReadToEnd();
            python.WaitForExit();
            Assert.True(python.ExitCode == 0, errors);
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
