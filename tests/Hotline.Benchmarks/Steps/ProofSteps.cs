using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Hotline.AllInOne.Practice;
using Hotline.Benchmarks.Load;
using Hotline.Hosting;
using Hotline.Intake.App;

namespace Hotline.Benchmarks.Steps;

/// <summary>What proving a device costs.</summary>
internal static class ProofSteps
{
    private const int Proofs = 12_000;
    private static readonly Uri Address = new("http://127.0.0.1:12345" + AppRequests.Path);

    public static async Task RunAsync(StepTimer timer, IServiceProvider services)
    {
        var devices = services.GetRequiredKeyedService<DeviceTokens>(AppChannel.Name);
        using var device = new PracticeDevice(TimeProvider.System);
        await timer.TimeAsync("(client: sign a proof)", () => device.Prove("POST", Address));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var known = DeviceKey.From("EC", "P-256", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y))!;
        var data = Encoding.ASCII.GetBytes(new string('a', 400));
        var signature = key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var (fixedKey, hash) = (RandomNumberGenerator.GetBytes(32), new byte[32]);
        await timer.TimeAsync("– ES256 signature", () => known.Verify(data, signature));
        await timer.TimeAsync("– HMAC-SHA-256 of 40 bytes", () => HMACSHA256.HashData(fixedKey, data.AsSpan(0, 40), hash));

        // Each proof serves once, so they are made first and the timer is wound by hand.
        using var owner = new PracticeDevice(TimeProvider.System, key);
        owner.Token = devices.Issue(known.Thumbprint);
        var requests = Enumerable.Range(0, Proofs).Select(_ => RequestOf(owner)).ToArray();
        foreach (var request in requests.Take(Proofs / 2))
        {
            Check(devices, request);
        }

        var (allocated, started) = (GC.GetAllocatedBytesForCurrentThread(), ThreadClock.Nanoseconds);
        foreach (var request in requests.Skip(Proofs / 2))
        {
            Check(devices, request);
        }

        var elapsed = ThreadClock.Nanoseconds - started;
        await timer.PrintAsync("prove the device: token, proof, signature", elapsed / (Proofs / 2), (GC.GetAllocatedBytesForCurrentThread() - allocated) / (Proofs / 2.0));
    }

    private static void Check(DeviceTokens devices, HttpRequest request)
    {
        if (devices.Check(request) is { Device: null, Reason: var reason })
        {
            throw new InvalidOperationException($"A proof was refused: {reason}");
        }
    }

    private static HttpRequest RequestOf(PracticeDevice device)
    {
        var http = new DefaultHttpContext();
        http.Features.Set(new EdgeFeature("127.0.0.1", Address.GetLeftPart(UriPartial.Authority), null));
        http.Request.Method = "POST";
        http.Request.Path = AppRequests.Path;
        http.Request.Headers.Authorization = $"DPoP {device.Token}";
        http.Request.Headers["DPoP"] = device.Prove("POST", Address);
        return http.Request;
    }
}
