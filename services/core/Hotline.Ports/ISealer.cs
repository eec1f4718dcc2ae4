namespace Hotline.Ports;

/// <summary>
/// Authenticated encryption under a service's own key, which lies in a file outside every store. What is sealed for one context
/// cannot be opened in another, so ciphertext moved between documents is noticed.
/// </summary>
public interface ISealer
{
    byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> context);

    /// <summary>How many bytes are sealed longer than they were.</summary>
    int Overhead { get; }

    /// <summary>The same, into a place that is given.</summary>
    /// <param name="output">As long as the plaintext and <see cref="Overhead"/>.</param>
    void Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> context, Span<byte> output);

    /// <exception cref="System.Security.Cryptography.CryptographicException">Another key, another context, or changed bytes.</exception>
    byte[] Open(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> context);
}
