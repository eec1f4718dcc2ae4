using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Hotline.Desk.Accounts;

namespace Hotline.ContractTests.Desk;

/// <summary>A browser without script: keeps cookies, fills in forms as they stand on the page, follows no redirect by itself.</summary>
internal sealed class DeskBrowser(Uri address) : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private HttpClient? _http;

    /// <summary>Headers as a browser adds them to each request.</summary>
    public Dictionary<string, string> Headers { get; } = new() { ["Sec-Fetch-Site"] = "same-origin" };

    public IHtmlDocument Page { get; private set; } = null!;

    public HttpStatusCode Status { get; private set; }

    public HttpResponseMessage Answer { get; private set; } = null!;

    /// <summary>The session as it is sent.</summary>
    public string? Session
    {
        get => _cookies.GetCookies(address).FirstOrDefault()?.Value;
        set => _cookies.Add(address, new Cookie("hotline-desk", value, "/"));
    }

    private HttpClient Http => _http ??= new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = address };

    /// <summary>The same browser for requests at the same moment; the caller disposes of it.</summary>
    public HttpClient Same()
    {
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = address };
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        return http;
    }

    public Task<DeskBrowser> GoAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Sends a form of the page, its hidden fields and what is chosen in it included, and goes where it is told to.</summary>
    public async Task<DeskBrowser> SubmitAsync(string form, params IReadOnlyList<(string Name, string Value)> fields)
    {
        var found = Page.QuerySelector<IHtmlFormElement>(form) ?? throw new InvalidOperationException($"There is no form {form} on: {Page.Body!.TextContent}");
        await PostAsync(found.GetAttribute("action")!, FieldsOf(found, fields));
        return Status == HttpStatusCode.SeeOther ? await GoAsync(Answer.Headers.Location!.ToString()) : this;
    }

    public Task<DeskBrowser> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) });

    /// <summary>Sends a form with files as a browser does, and goes where it is told to.</summary>
    public async Task<DeskBrowser> UploadAsync(string form, IReadOnlyList<(string Name, byte[] Content)> files, params IReadOnlyList<(string Name, string Value)> fields)
    {
        var found = Page.QuerySelector<IHtmlFormElement>(form) ?? throw new InvalidOperationException($"There is no form {form} on: {Page.Body!.TextContent}");
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in FieldsOf(found, [.. fields, ("file", "")]).Where(field => field.Key != "file"))
        {
            content.Add(new StringContent(value), name);
        }

        foreach (var (name, bytes) in files)
        {
            content.Add(new ByteArrayContent(bytes), "file", name);
        }

        await SendAsync(new HttpRequestMessage(HttpMethod.Post, found.GetAttribute("action")!) { Content = content });
        return Status == HttpStatusCode.SeeOther ? await GoAsync(Answer.Headers.Location!.ToString()) : this;
    }

    public static List<KeyValuePair<string, string>> FieldsOf(IHtmlFormElement form, IReadOnlyList<(string Name, string Value)> typed)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var element in form.QuerySelectorAll("input, select, textarea"))
        {
            var name = element.GetAttribute("name")!;
            if (typed.All(field => field.Name != name) && element is not IHtmlInputElement { Type: "checkbox", IsChecked: false })
            {
                fields.Add(new(name, element switch { IHtmlInputElement input => input.Value, IHtmlSelectElement select => select.Value ?? "", _ => ((IHtmlTextAreaElement)element).Value }));
            }
        }

        return [.. fields, .. typed.Select(field => KeyValuePair.Create(field.Name, field.Value))];
    }

    public async Task<DeskBrowser> SignInAsync(string account, string password, string code)
    {
        await GoAsync("/desk/sign-in");
        return await SubmitAsync("main form", ("account", account), ("password", password), ("code", code));
    }

    /// <summary>Takes an account over by an enrolment code and is signed in.</summary>
    /// <returns>The secret of the second factor.</returns>
    public async Task<byte[]> EnrolAsync(string account, string enrolment, string password, TimeProvider time)
    {
        await GoAsync("/desk/enrol");
        await SubmitAsync("main form", ("account", account), ("enrolment", enrolment));
        var secret = Base32.Decode(Page.GetElementById("secret")!.TextContent)!;
        await SubmitAsync("main form", ("code", Totp.CodeOf(secret, Totp.StepOf(time.GetUtcNow()))), ("password", password), ("again", password));
        return secret;
    }

    public string TextOf(string css) => Page.QuerySelector(css)?.TextContent.Trim() ?? "";

    public void Dispose() => _http?.Dispose();

    private async Task<DeskBrowser> SendAsync(HttpRequestMessage request)
    {
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        Answer = await Http.SendAsync(request);
        request.Dispose();
        Status = Answer.StatusCode;
        Page = new HtmlParser().ParseDocument(await Answer.Content.ReadAsStringAsync());
        return this;
    }
}
