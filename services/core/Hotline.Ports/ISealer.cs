namespace Hotline.Ports;

/// <summary>
/// Authenticated encryption under a service's own key, which lies in a file outside every store. What is sealed for one context
/// cannot be opened in another, so ciphertext moved between documents is noticed.
/// </summary>
public interface ISealer
{
    byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> context);

    /// <exception cref="System.Security.Cryptography.CryptographicException">Another key, another context, or changed bytes.</exception>
    byte[] Open(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> context);
}
