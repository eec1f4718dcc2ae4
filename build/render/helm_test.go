package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What our renderer does where the chart relies on Helm doing so, as Helm's documentation says it.
func TestTemplatesMeanWhatTheyMeanToHelm(t *testing.T) {
	for name, one := range map[string]struct{ template, want string }{
		"include gives text to pipe":               {`{{ define "x" }}a: 1{{ end }}b: {{- include "x" . | nindent 2 }}`, "b:\n  a: 1"},
		"a value that is not there is empty":       {`[{{ .Values.not.there }}]`, "[]"},
		"toYaml ends without a line break":         {`{{ toYaml .Values.list }}|`, "- a\n- b|"},
		"toYaml sorts keys":                        {`{{ toYaml .Values.map }}`, "a: 1\nb: two"},
		"numbers are whole through int":            {`{{ int .Values.map.a }}`, "1"},
		"merge keeps what is there":                {`{{ (merge (dict "a" 2) .Values.map).a }}`, "2"},
		"ranges over maps in order":                {`{{ range $k, $v := .Values.map }}{{ $k }}{{ end }}`, "ab"},
		"with leaves out what is empty":            {`{{ with .Values.empty }}x{{ end }}`, ""},
		"ternary, default, quote, replace":         {`{{ true | ternary "y" "n" }} {{ .Values.empty | default "d" }} {{ "q" | quote }} {{ "a:b" | replace ":" "__" }}`, `y d "q" a__b`},
		"the environment of the machine is unseen": {`{{ .Release.Name }}`, "r"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := renderText(t, one.template)
			if err != nil || got != one.want {
				t.Errorf("%q gives %q (%v), not %q", one.template, got, err, one.want)
			}
		})
	}
}

func TestFailStopsTheRendering(t *testing.T) {
	if _, err := renderText(t, `{{ fail "not so" }}`); err == nil || !strings.Contains(err.Error(), "not so") {
		t.Errorf("fail was passed over: %v", err)
	}
}

func TestTheEnvironmentCannotBeRead(t *testing.T) {
	if _, err := renderText(t, `{{ env "HOME" }}`); err == nil {
		t.Error("env is known")
	}
}

func TestLaterValuesGoOverEarlierOnes(t *testing.T) {
	got := merge(object{"a": object{"x": 1.0, "y": 2.0}, "l": []interface{}{1.0}, "gone": 1.0}, object{"a": object{"y": 3.0}, "l": []interface{}{}, "gone": nil})
	a := got["a"].(object)
	if _, there := got["gone"]; a["x"] != 1.0 || a["y"] != 3.0 || len(got["l"].([]interface{})) != 0 || there {
		t.Errorf("%v", got)
	}
}

func TestAKeyThatStandsTwiceIsRefused(t *testing.T) {
	if _, err := documents("a: 1\na: 2\n"); err == nil {
		t.Error("it was taken")
	}
}

func renderText(t *testing.T, text string) (string, error) {
	t.Helper()
	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("Chart.yaml", "name: c\nversion: 0.1.0\n")
	write("values.yaml", "list: [a, b]\nmap: { b: two, a: 1 }\nempty: \"\"\nnot: {}\n")
	write("values.schema.json", `{ "type": "object", "additionalProperties": true }`)
	write("templates/one.yaml", text)
	out, err := renderByOwn(folder, "r")
	out = strings.TrimPrefix(out, "---\n# Source: hotline/templates/one.yaml\n")
	return strings.TrimSuffix(out, "\n"), err
}
