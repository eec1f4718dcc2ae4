using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hotline.Ports;

/// <summary>JSON on its way to the store, written into a buffer of the thread's own.</summary>
public static class StoredJson
{
    // Chinese text stays Chinese: the default encoder doubles its bytes with \uXXXX. What goes into pages is encoded there.
    private static readonly JsonWriterOptions Utf8 = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) t_json;

    /// <param name="write">Must not call this again.</param>
    /// <returns>Of this thread: good until the next call.</returns>
    public static ReadOnlySpan<byte> Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        if (t_json.Writer is null)
        {
            var output = new ArrayBufferWriter<byte>(4096);
            t_json = (output, new Utf8JsonWriter(output, Utf8));
        }

        var (buffer, writer) = t_json;
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        write(writer, value);
        writer.Flush();
        return buffer.WrittenSpan;
    }
}
