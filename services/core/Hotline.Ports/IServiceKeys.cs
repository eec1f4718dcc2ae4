namespace Hotline.Ports;

/// <summary>The keys of the services hosted here. Each service has one key file outside every store; what it needs is derived from it by purpose.</summary>
public interface IServiceKeys
{
    /// <summary>Seals and opens for one purpose of a service: <c>contacts</c>, <c>originals</c>.</summary>
    ISealer Sealer(string service, string purpose);

    /// <summary>A key of <paramref name="length"/> bytes for one purpose of a service: always the same from the same file.</summary>
    byte[] Derive(string service, string purpose, int length = 32);
}
