using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Hosting;

/// <summary>What is wrong with one field of a request. The field is a JSON path without the dollar: <c>place.latitude</c>.</summary>
public readonly record struct FieldError(string Field, string Message);

/// <summary>Answers to bad input: RFC 9457 problem details, with the fields and a remedy.</summary>
public static class Problems
{
    public static ProblemHttpResult Invalid(params IEnumerable<FieldError> errors) => Of(
        StatusCodes.Status400BadRequest,
        "有的内容不符合要求",
        "请按各字段的说明改正后重新提交。",
        errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => group.Select(error => error.Message).ToArray()));

    public static ProblemHttpResult Conflict(string detail, string remedy) => Of(StatusCodes.Status409Conflict, detail, remedy);

    public static ProblemHttpResult NotFound(string detail, string remedy) => Of(StatusCodes.Status404NotFound, detail, remedy);

    public static ProblemHttpResult Forbidden(string detail, string remedy) => Of(StatusCodes.Status403Forbidden, detail, remedy);

    public static ProblemHttpResult Of(int status, string detail, string remedy, Dictionary<string, string[]>? errors = null)
    {
        var extensions = new Dictionary<string, object?> { ["remedy"] = remedy };
        if (errors is not null)
        {
            extensions["errors"] = errors;
        }

        return TypedResults.Problem(detail, statusCode: status, extensions: extensions);
    }
}
