using Hotline.Hosting;

namespace Hotline.UnitTests.Core;

public sealed class ProblemsTests
{
    [Fact]
    public void Invalid_names_every_field_with_all_that_is_wrong_there()
    {
        var problem = Problems.Invalid(new FieldError("text", "太短"), new FieldError("place.latitude", "超界"), new FieldError("text", "空白"));
        Assert.Equal(400, problem.StatusCode);
        var errors = Assert.IsType<Dictionary<string, string[]>>(problem.ProblemDetails.Extensions["errors"]);
        Assert.Equal(["太短", "空白"], errors["text"]);
        Assert.Equal(["超界"], errors["place.latitude"]);
        Assert.Equal(2, errors.Count);
    }

    [Fact]
    public void Every_problem_has_a_status_what_happened_and_what_to_do()
    {
        (int Status, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Problem)[] all =
        [
            (403, Problems.Forbidden("何事", "何为")),
            (404, Problems.NotFound("何事", "何为")),
            (409, Problems.Conflict("何事", "何为")),
            (503, Problems.Of(503, "何事", "何为")),
        ];
        Assert.All(all, entry =>
        {
            Assert.Equal(entry.Status, entry.Problem.StatusCode);
            Assert.Equal(entry.Status, entry.Problem.ProblemDetails.Status);
            Assert.Equal("何事", entry.Problem.ProblemDetails.Detail);
            Assert.Equal("何为", entry.Problem.ProblemDetails.Extensions["remedy"]);
            Assert.False(entry.Problem.ProblemDetails.Extensions.ContainsKey("errors"));
        });
    }
}
