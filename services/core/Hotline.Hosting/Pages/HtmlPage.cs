using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hotline.Hosting;

/// <summary>A page in zh-CN for a browser: no script, nothing from elsewhere, and a policy (CSP Level 3) that allows just that.</summary>
/// <param name="status">The HTTP status it is sent with.</param>
public sealed class HtmlPage(int status, string title, Html body) : IResult
{
    // Narrow screens first: at 360 px everything is one column; a finger hits what is 44 px high.
    private const string Style = """
        *{box-sizing:border-box}
        body{margin:0;background:#f4f6f8;color:#1a1a1a;font:1rem/1.7 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}
        header,main{max-width:44rem;margin:0 auto;padding:1rem}
        header{color:#0b4f8a;font-weight:700}
        main{background:#fff;overflow-wrap:anywhere}
        h1{font-size:1.5rem;line-height:1.4;margin:0 0 1rem}
        h2{font-size:1.15rem;margin:2rem 0 .5rem}
        label,legend{display:block;font-weight:700}
        fieldset{border:0;margin:0;padding:0}
        .field{margin:0 0 1.25rem}
        .hint{color:#555;font-size:.9rem;margin:0}
        .choice{display:flex;gap:.6rem;align-items:center;min-height:2.75rem;font-weight:400}
        .choice input{width:1.4rem;height:1.4rem;flex:none}
        input:not([type=checkbox]):not([type=radio]),select,textarea{display:block;width:100%;min-height:2.75rem;padding:.5rem;font:inherit;border:1px solid #767676;border-radius:4px;background:#fff}
        textarea{min-height:10rem}
        button{min-height:2.75rem;padding:.5rem 1.5rem;font:inherit;font-weight:700;color:#fff;background:#0b5cad;border:0;border-radius:4px}
        button.quiet{background:#595959}
        a{color:#0b5cad}
        :focus-visible{outline:3px solid #c25700;outline-offset:2px}
        .wrong input,.wrong select,.wrong textarea{border:2px solid #b3261e}
        .error{color:#b3261e;font-weight:700;margin:0}
        .summary{border:3px solid #b3261e;padding:.75rem 1rem;margin:0 0 1.25rem}
        .notice{border-left:4px solid #0b5cad;background:#eaf2fb;padding:.75rem 1rem;margin:0 0 1.25rem}
        .code{font-size:1.4rem;font-weight:700;letter-spacing:.05em}
        dt{font-weight:700}
        dd{margin:0 0 .75rem}
        .text{white-space:pre-wrap}
        """;

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "same-origin"; // with no-referrer a browser sends the Origin of its own form as null
        await response.WriteAsync(Html.Of($"""
            <!DOCTYPE html>
            <html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>
            """).ToString() + Style + Html.Of($"""
            </style></head>
            <body><header>12345 政务服务便民热线</header><main><h1>{title}</h1>
            {body}
            </main></body></html>
            """), httpContext.RequestAborted);
    }
}
