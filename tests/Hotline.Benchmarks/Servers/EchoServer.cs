using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Hotline.Hosting;
using Hotline.Intake.App;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Benchmarks.Servers;

/// <summary>The yardstick: Kestrel that parses the same body with the same generated JSON code, writes it back, and does nothing else.</summary>
internal static class EchoServer
{
    public const string Path = "/echo";

    /// <summary>The same, and it verifies one ES256 signature: the least that a request costs whose device is proven.</summary>
    public const string VerifyingPath = "/verifying-echo";

    /// <summary>The same, where the gateway looks for the app's channel.</summary>
    public const string ProxiedPath = "/intake/app/echo";

    public static async Task<int> RunAsync(string[] options)
    {
        var builder = WebApplication.CreateSlimBuilder(options);
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, AppJson.Default);
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // the default would double the bytes of Chinese text
        });
        await using var application = builder.Build();
        application.MapPost(Path, (AppAppeal appeal) => TypedResults.Ok(appeal));
        application.MapPost(ProxiedPath, (AppAppeal appeal) => TypedResults.Ok(appeal));
        var verify = Verification();
        application.MapPost(VerifyingPath, Results<Ok<AppAppeal>, UnauthorizedHttpResult> (AppAppeal appeal) => verify() ? TypedResults.Ok(appeal) : TypedResults.Unauthorized());
        application.MapGet("/health/ready", () => TypedResults.Ok());
        application.MapGet(ServerCounters.Path, () => TypedResults.Text(ServerCounters.Now(handled: 0).ToString()));
        await application.RunAsync();
        return 0;
    }

    private static Func<bool> Verification()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = signer.ExportParameters(includePrivateParameters: false).Q;
        var keys = new ThreadLocal<DeviceKey>(() => DeviceKey.From("EC", "P-256", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y))!);
        var data = new byte[400]; // as long as a proof
        var signature = signer.SignData(data, HashAlgorithmName.SHA256);
        return () => keys.Value!.Verify(data, signature);
    }
}
