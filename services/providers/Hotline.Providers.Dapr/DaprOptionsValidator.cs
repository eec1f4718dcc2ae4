using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Dapr;

/// <summary>Judges the options before anything starts: every fault at once, each with its remedy.</summary>
internal sealed partial class DaprOptionsValidator : IValidateOptions<DaprOptions>
{
    public ValidateOptionsResult Validate(string? name, DaprOptions options)
    {
        var errors = new List<string>();
        if (!ComponentName.IsMatch(options.PubSub))
        {
            errors.Add("Hotline:Dapr:PubSub must be the name of a pub/sub component: letters, digits, '-' and '.', at most 60.");
        }

        if (options.SecretStore is { } store && !ComponentName.IsMatch(store))
        {
            errors.Add("Hotline:Dapr:SecretStore must be the name of a secret store component: letters, digits, '-' and '.', at most 60. Remove it to take secrets from elsewhere.");
        }

        if (options.InvokeAppId is { } app && !ComponentName.IsMatch(app))
        {
            errors.Add("Hotline:Dapr:InvokeAppId must be an app id, for example gateway. Remove it to have services call each other by plain HTTP.");
        }

        if (!IsToken(options.AppToken))
        {
            errors.Add("Hotline:Dapr:AppToken (or APP_API_TOKEN) must be visible ASCII without spaces, the same as the sidecar's; remove it to trust this machine only.");
        }

        if (!IsToken(options.ApiToken))
        {
            errors.Add("Hotline:Dapr:ApiToken must be visible ASCII without spaces, the same as the sidecar's; remove it for what the environment says.");
        }

        Address(nameof(DaprOptions.GrpcEndpoint), options.GrpcEndpoint, "http://127.0.0.1:50001");
        Address(nameof(DaprOptions.HttpEndpoint), options.HttpEndpoint, "http://127.0.0.1:3500");
        Within(nameof(DaprOptions.MaxInFlight), options.MaxInFlight, 1000);
        Within(nameof(DaprOptions.PublishSeconds), options.PublishSeconds, 300);
        Within(nameof(DaprOptions.DeliverySeconds), options.DeliverySeconds, 3600);
        Within(nameof(DaprOptions.SecretSeconds), options.SecretSeconds, 600);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Address(string option, Uri? address, string example)
        {
            if (address is not null and not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            {
                errors.Add($"Hotline:Dapr:{option} must be an absolute address, for example {example}; remove it for what the environment says.");
            }
        }

        void Within(string option, int value, int most)
        {
            if (value < 1 || value > most)
            {
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"Hotline:Dapr:{option} is {value}: it must be 1 to {most}."));
            }
        }
    }

    private static bool IsToken(string? token) => token is null || (token.Length > 0 && token.All(static sign => sign is > ' ' and <= '~'));

    [GeneratedRegex("^[A-Za-z0-9.-]{1,60}$")]
    private static partial Regex ComponentName { get; }
}
