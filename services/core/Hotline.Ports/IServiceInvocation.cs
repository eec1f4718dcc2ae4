namespace Hotline.Ports;

/// <summary>Another way to the services' API than plain HTTP to an address. Where no provider adds one, there is none.</summary>
public interface IServiceInvocation
{
    /// <summary>Below which the API's paths are asked for; not an address of the network.</summary>
    Uri Address { get; }

    /// <param name="network">What reaches the network in the end; the caller's own rules for it hold.</param>
    HttpMessageHandler Through(HttpMessageHandler network);
}
