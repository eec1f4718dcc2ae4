using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hotline.Ports;
using Microsoft.AspNetCore.Http;

namespace Hotline.Hosting;

/// <summary>
/// A short answer as JSON, written in one piece with its length. TypedResults.Json does the same for any length, by way of a scope of services, two state
/// machines and a writer for each answer: half a kilobyte that each receipt would pay.
/// </summary>
public sealed class JsonAnswer<T>(T value, JsonTypeInfo<T> json, int status) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        var body = StoredJson.Write(this, static (writer, answer) => JsonSerializer.Serialize(writer, answer.Value, answer.Json));
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
        return Task.CompletedTask;
    }

    private T Value => value;

    private JsonTypeInfo<T> Json => json;
}
