using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>One form of a page: what was typed into it and what is wrong with it. A field's label, hint and error are all named to screen readers.</summary>
/// <param name="Name">Tells its fields from those of the page's other forms.</param>
/// <param name="Typed">Null before it was sent.</param>
internal sealed record FormView(string Name, Func<string, string>? Typed, IReadOnlyList<FieldError> Errors)
{
    public static FormView Fresh(string name) => new(name, null, []);

    /// <summary>What is wrong, on top of the page, each with a link to its field. It takes the focus, so that a screen reader begins with it.</summary>
    public Html Summary => Errors.Count == 0 ? Html.Empty : Html.Of($"""
        <div class="summary" role="alert" tabindex="-1" autofocus><p class="error">没有提交，有 {Errors.Count} 处需要改正：</p><ul>{Errors.Select(error =>
            error.Field.Length == 0 ? Html.Of($"<li>{error.Message}</li>") : Html.Of($"""<li><a href="#{IdOf(error.Field)}">{error.Message}</a></li>"""))}</ul></div>
        """);

    /// <summary>The attribute that keeps a folded form open while it has something to say.</summary>
    public Html Open => Errors.Count > 0 ? Html.Of($" open") : Html.Empty;

    public Html Input(string field, string label, string hint = "", string fresh = "", string type = "text", string fill = "off", bool required = false, bool digits = false) =>
        Field(field, label, hint, (id, about) => Html.Of($"""
            <input id="{id}" name="{field}" type="{type}" value="{(type == "password" ? "" : ValueOf(field, fresh))}" autocomplete="{fill}"{(digits ? Html.Of($" inputmode=\"numeric\" maxlength=\"6\"") : Html.Empty)}{Required(required)} {about}>
            """));

    public Html Area(string field, string label, string hint = "", string fresh = "", bool required = false) =>
        Field(field, label, hint, (id, about) => Html.Of($"""<textarea id="{id}" name="{field}"{Required(required)} {about}>{"\n" + ValueOf(field, fresh)}</textarea>"""));

    /// <summary>Files to choose, several at once.</summary>
    public Html Files(string field, string label, string hint) =>
        Field(field, label, hint, (id, about) => Html.Of($"""<input id="{id}" name="{field}" type="file" accept="image/*,application/pdf,video/mp4,audio/*" multiple required {about}>"""));

    /// <summary>A box to tick; its value is <c>yes</c>.</summary>
    public Html Check(string field, string label) => Html.Of($"""
        <label class="pick" for="{IdOf(field)}"><input id="{IdOf(field)}" name="{field}" type="checkbox" value="yes"{(ValueOf(field, "") == "yes" ? Html.Of($" checked") : Html.Empty)}>{label}</label>
        """);

    /// <param name="options">Value and title; a group's title stands before its first option.</param>
    public Html Select(string field, string label, IEnumerable<(string? Group, string Value, string Title)> options, string fresh, string hint = "")
    {
        var chosen = ValueOf(field, fresh);
        var groups = options.GroupBy(static option => option.Group).Select(group =>
        {
            var inside = Html.Join(group.Select(option => Html.Of($"""<option value="{option.Value}"{(option.Value == chosen ? Html.Of($" selected") : Html.Empty)}>{option.Title}</option>""")));
            return group.Key is null ? inside : Html.Of($"""<optgroup label="{group.Key}">{inside}</optgroup>""");
        });
        return Field(field, label, hint, (id, about) => Html.Of($"""<select id="{id}" name="{field}" {about}>{groups}</select>"""));
    }

    /// <summary>A field that offers what fits while one types: by name or code.</summary>
    public Html Search(string field, string label, string hint, IEnumerable<string> offered, string fresh, bool required = true) => Field(field, label, hint, (id, about) => Html.Of($"""
        <input id="{id}" name="{field}" list="{id}-list" value="{ValueOf(field, fresh)}" autocomplete="off"{Required(required)} {about}>
        <datalist id="{id}-list">{offered.Select(value => Html.Of($"""<option value="{value}"></option>"""))}</datalist>
        """));

    private static Html Required(bool required) => required ? Html.Of($" required") : Html.Empty;

    private string ValueOf(string field, string fresh) => Typed?.Invoke(field) ?? fresh;

    private string IdOf(string field) => $"{Name}-{field}";

    private Html Field(string field, string label, string hint, Func<string, Html, Html> control)
    {
        var id = IdOf(field);
        var wrong = Errors.Where(error => error.Field == field).Select(static error => error.Message).ToList();
        var about = (wrong.Count, hint.Length) switch
        {
            (0, 0) => Html.Empty,
            (0, _) => Html.Of($"""aria-describedby="{id}-hint" """),
            _ => Html.Of($"""aria-invalid="true" aria-describedby="{id}-error{(hint.Length > 0 ? $" {id}-hint" : "")}" """),
        };
        return Html.Of($"""
            <div class="field{(wrong.Count > 0 ? " wrong" : "")}"><label for="{id}">{label}</label>
            {(hint.Length > 0 ? Html.Of($"""<p class="hint" id="{id}-hint">{hint}</p>""") : Html.Empty)}
            {(wrong.Count > 0 ? Html.Of($"""<p class="error" id="{id}-error">{string.Join(' ', wrong)}</p>""") : Html.Empty)}
            {control(id, about)}</div>
            """);
    }
}
