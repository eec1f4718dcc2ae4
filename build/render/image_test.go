package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// No engine builds the image here, so what the chart rests on is looked up in its recipe.
func TestTheImageIsAsTheChartRunsIt(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(os.Getenv("HOTLINE_ROOT"), "build", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	recipe := string(text)
	for _, line := range []string{"USER 10001:10001", `VOLUME ["/data", "/tmp"]`, "DOTNET_EnableDiagnostics=0", "libsqlite3-0", "librdkafka1", "apt-get upgrade"} {
		if !strings.Contains(recipe, line) {
			t.Errorf("it does not say %s", line)
		}
	}
	stages := regexp.MustCompile(`(?m)^FROM (.*)$`).FindAllStringSubmatch(recipe, -1)
	if len(stages) != 3 || stages[2][1] != "${DEBIAN}" {
		t.Errorf("%v", stages)
	}
	for _, image := range regexp.MustCompile(`(?m)^ARG (?:DOTNET_SDK|DEBIAN)=(.*)$`).FindAllStringSubmatch(recipe, -1) {
		first := strings.Split(image[1], "/")[0]
		if strings.Contains(image[1], "/") && strings.ContainsAny(first, ".:") {
			t.Errorf("%s names a registry", image[1])
		}
		if !strings.Contains(image[1], ":") || strings.HasSuffix(image[1], ":latest") {
			t.Errorf("%s has no version", image[1])
		}
	}
	last := recipe[strings.LastIndex(recipe, "\nFROM "):]
	if strings.Index(last, "USER ") > strings.Index(last, "ENTRYPOINT") || regexp.MustCompile(`(?m)^USER (0|root)`).MatchString(last) {
		t.Error("it does not end as an ordinary user")
	}
}

// Skaffold stops at a patch that fits nowhere.
func TestSkaffoldsProfilesFit(t *testing.T) {
	whole, err := readYaml(filepath.Join(os.Getenv("HOTLINE_ROOT"), "skaffold.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	patches := 0
	for _, profile := range list(whole, "profiles") {
		for _, patch := range list(profile, "patches") {
			patches++
			steps := strings.Split(strings.TrimPrefix(text(patch, "path"), "/"), "/")
			var place interface{} = whole
			for _, step := range steps[:len(steps)-1] {
				if number, err := strconv.Atoi(step); err == nil {
					place = place.([]interface{})[number]
				} else {
					place = at(place, step)
				}
			}
			last := steps[len(steps)-1]
			_, isList := place.([]interface{})
			fields, isMap := place.(object)
			_, there := fields[last]
			fits := map[string]bool{"add": isList && last == "-" || isMap && !there, "replace": isMap && there}[text(patch, "op")]
			if !fits {
				t.Errorf("%s: %v fits nowhere", text(profile, "name"), patch)
			}
		}
	}
	if patches < 5 {
		t.Errorf("only %d patches", patches)
	}
	for _, release := range list(whole, "deploy", "helm", "releases") {
		for _, file := range list(release, "valuesFiles") {
			if _, err := os.Stat(filepath.Join(os.Getenv("HOTLINE_ROOT"), file.(string))); err != nil {
				t.Error(err)
			}
		}
	}
}
