namespace Hotline.Benchmarks.Load;

/// <summary>Appeals as bytes, made beforehand.</summary>
internal interface IRequests : IDisposable
{
    /// <summary>Requests proven now: a proof holds for five minutes.</summary>
    byte[][] Sign(int count);
}
