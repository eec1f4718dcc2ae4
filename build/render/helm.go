package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// The library that replaces this file where it can be had: helm.sh/helm/v3, packages chart/loader and engine. Only what the chart uses of
// Helm is here: values that are merged and checked by values.schema.json, include, toYaml, fromYaml, required, .Values, .Release, .Chart, .Files.Get.

type object = map[string]interface{}

func chartFolder() string {
	return filepath.Join(os.Getenv("HOTLINE_ROOT"), "charts", "hotline")
}

// renderChart gives all objects as one stream of YAML documents, by Helm where it is installed.
func renderChart(folder, release string, valuesFiles ...string) (string, error) {
	if helm, err := exec.LookPath("helm"); err == nil {
		arguments := []string{"template", release, folder, "--namespace", "hotline"}
		for _, file := range valuesFiles {
			arguments = append(arguments, "-f", file)
		}
		var failure bytes.Buffer
		command := exec.Command(helm, arguments...)
		command.Stderr = &failure
		out, err := command.Output()
		if err != nil {
			return "", errors.New(strings.TrimSpace(failure.String()))
		}
		return string(out), nil
	}
	return renderByOwn(folder, release, valuesFiles...)
}

func renderByOwn(folder, release string, valuesFiles ...string) (string, error) {
	values, err := mergedValues(folder, valuesFiles)
	if err != nil {
		return "", err
	}
	if err := checkValues(folder, values); err != nil {
		return "", err
	}
	chart, err := readYaml(filepath.Join(folder, "Chart.yaml"))
	if err != nil {
		return "", err
	}
	scope := object{
		"Values":  values,
		"Release": object{"Name": release, "Namespace": "hotline", "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1},
		"Chart":   object{"Name": chart["name"], "Version": chart["version"], "AppVersion": chart["appVersion"]},
		"Files":   files{folder},
	}
	templates, err := filepath.Glob(filepath.Join(folder, "templates", "*"))
	if err != nil {
		return "", err
	}
	set := newTemplates()
	for _, file := range templates {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if _, err := set.New(filepath.Base(file)).Parse(string(text)); err != nil {
			return "", err
		}
	}
	var out strings.Builder
	for _, file := range templates {
		if strings.HasPrefix(filepath.Base(file), "_") {
			continue
		}
		var one strings.Builder
		if err := set.ExecuteTemplate(&one, filepath.Base(file), scope); err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "---\n# Source: hotline/templates/%s\n%s\n", filepath.Base(file), strings.ReplaceAll(one.String(), "<no value>", ""))
	}
	return out.String(), nil
}

// newTemplates knows sprig without what Helm takes from it, and Helm's own functions as far as the chart uses them.
func newTemplates() *template.Template {
	set := template.New("").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out strings.Builder
		err := set.ExecuteTemplate(&out, name, data)
		return strings.ReplaceAll(out.String(), "<no value>", ""), err
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		out, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(out), "\n"), err
	}
	functions["fromYaml"] = func(text string) object {
		out := object{}
		if err := yaml.Unmarshal([]byte(text), &out); err != nil {
			return object{"Error": err.Error()}
		}
		return out
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(message)
		}
		return value, nil
	}
	return set.Funcs(functions)
}

type files struct{ folder string }

// Get is empty for a file that is not there, as Helm's is.
func (f files) Get(name string) string {
	text, err := os.ReadFile(filepath.Join(f.folder, name))
	if err != nil {
		return ""
	}
	return string(text)
}

func mergedValues(folder string, valuesFiles []string) (object, error) {
	values := object{}
	for _, file := range append([]string{filepath.Join(folder, "values.yaml")}, valuesFiles...) {
		more, err := readYaml(file)
		if err != nil {
			return nil, err
		}
		values = merge(values, more)
	}
	return values, nil
}

// merge lays more over values: maps grow together, null takes a key away, all else is replaced.
func merge(values, more object) object {
	out := object{}
	for key, value := range values {
		out[key] = value
	}
	for key, value := range more {
		below, isMap := value.(object)
		before, wasMap := out[key].(object)
		switch {
		case value == nil:
			delete(out, key)
		case isMap && wasMap:
			out[key] = merge(before, below)
		default:
			out[key] = value
		}
	}
	return out
}

func readYaml(file string) (object, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	out := object{}
	if err := yaml.UnmarshalStrict(text, &out); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}

func checkValues(folder string, values object) error {
	text, err := os.ReadFile(filepath.Join(folder, "values.schema.json"))
	if err != nil {
		return err
	}
	var schema object
	if err := json.Unmarshal(text, &schema); err != nil {
		return err
	}
	problems := (&schemas{root: schema}).check("values", schema, values)
	if len(problems) > 0 {
		return fmt.Errorf("values don't meet the specifications of the schema:\n%s", strings.Join(problems, "\n"))
	}
	return nil
}

// documents takes a stream of YAML apart; a key that stands twice is an error.
func documents(stream string) ([]object, error) {
	var out []object
	for _, text := range strings.Split("\n"+stream, "\n---") {
		one := object{}
		if err := yaml.UnmarshalStrict([]byte(text), &one); err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, text)
		}
		if len(one) > 0 {
			out = append(out, one)
		}
	}
	return out, nil
}

func sortedKeys(m object) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
