using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.UnitTests.Dispatching;

/// <summary>A store per document type.</summary>
internal sealed class MemoryStores : IDocumentStores
{
    public IDocumentStore<T> Open<T>(DocumentType<T> type)
        where T : class => new MemoryDocuments<T>(type);
}

/// <summary>A log on which nothing happens.</summary>
internal sealed class SilentLog : IEventLog
{
    public async IAsyncEnumerable<LogMessage> ReadAsync(Subscription subscription, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        yield break;
    }
}

/// <summary>Takes the account from a header, so that a test can be anybody.</summary>
internal sealed class ByHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "X-Test-Account";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        Staff.Office.User(Request.Headers[Name].ToString()) is { } user
            ? AuthenticateResult.Success(new(new StaffUser(user.Account, user.Roles.ToHashSet(), user.Unit).ToPrincipal(Scheme.Name), Scheme.Name))
            : AuthenticateResult.NoResult());
}
