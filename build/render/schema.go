package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// The library that replaces this file where it can be had: github.com/santhosh-tekuri/jsonschema. It knows the words that the schemas of
// Kubernetes and of the chart's values use, and refuses any other word rather than passing over it.

type schemas struct{ root object }

var knownWords = map[string]bool{
	"$schema": true, "$ref": true, "title": true, "description": true, "type": true, "format": true, "enum": true, "required": true, "properties": true,
	"additionalProperties": true, "items": true, "oneOf": true, "pattern": true, "minimum": true, "maximum": true, "minLength": true, "minItems": true,
	"minProperties": true, "propertyNames": true, "definitions": true,
}

// kubernetes reads the definitions that lie beside the repository; an error of os.IsNotExist when they do not.
func kubernetes() (*schemas, map[string]object, error) {
	return readKinds(filepath.Join(os.Getenv("HOTLINE_ROOT"), "..", "shared", "data", "kubernetes", "definitions-v1.35.0.json"))
}

// others reads what the chart uses of KEDA and Dapr: our reading of their documentation, stricter than their own definitions.
func others() (*schemas, map[string]object, error) {
	return readKinds(filepath.Join(os.Getenv("HOTLINE_ROOT"), "build", "render", "crds.json"))
}

// readKinds gives the definitions of a file, and those of them that are kinds, by "version kind".
func readKinds(file string) (*schemas, map[string]object, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	var root object
	if err := json.Unmarshal(text, &root); err != nil {
		return nil, nil, err
	}
	kinds := map[string]object{}
	for _, definition := range root["definitions"].(object) {
		list, _ := definition.(object)["x-kubernetes-group-version-kind"].([]interface{})
		for _, one := range list {
			kind := one.(object)
			version := kind["version"].(string)
			if group, _ := kind["group"].(string); group != "" {
				version = group + "/" + version
			}
			kinds[version+" "+kind["kind"].(string)] = definition.(object)
		}
	}
	return &schemas{root}, kinds, nil
}

// check gives a sentence for each place where value is not as schema says. A field the schema does not name is a fault, unless it says what others are like.
func (s *schemas) check(path string, schema object, value interface{}) []string {
	if ref, ok := schema["$ref"].(string); ok {
		target, ok := s.root["definitions"].(object)[strings.TrimPrefix(ref, "#/definitions/")].(object)
		if !ok {
			return []string{path + ": the schema refers to " + ref + ", which is not there"}
		}
		return s.check(path, target, value)
	}
	var faults []string
	say := func(format string, arguments ...interface{}) {
		faults = append(faults, path+": "+fmt.Sprintf(format, arguments...))
	}
	for word := range schema {
		if !knownWords[word] && !strings.HasPrefix(word, "x-") {
			say("the schema says %s, which this validator does not know", word)
		}
	}
	if kind, ok := schema["type"].(string); ok && !isOf(kind, value) {
		say("%v is no %s", value, kind)
		return faults
	}
	if list, ok := schema["enum"].([]interface{}); ok && !contains(list, value) {
		say("%v is none of %v", value, list)
	}
	if list, ok := schema["oneOf"].([]interface{}); ok {
		fitting := 0
		for _, one := range list {
			if len(s.check(path, one.(object), value)) == 0 {
				fitting++
			}
		}
		if fitting != 1 {
			say("%v fits %d of the forms allowed, not one", value, fitting)
		}
	}
	switch value := value.(type) {
	case string:
		faults = append(faults, checkString(path, schema, value)...)
	case float64:
		if least, ok := schema["minimum"].(float64); ok && value < least {
			say("%v is less than %v", value, least)
		}
		if most, ok := schema["maximum"].(float64); ok && value > most {
			say("%v is more than %v", value, most)
		}
		if schema["format"] == "int32" && math.Abs(value) > math.MaxInt32 {
			say("%v is no int32", value)
		}
	case []interface{}:
		if least, ok := schema["minItems"].(float64); ok && float64(len(value)) < least {
			say("has %d items, %v are needed", len(value), least)
		}
		if items, ok := schema["items"].(object); ok {
			for i, one := range value {
				faults = append(faults, s.check(fmt.Sprintf("%s[%d]", path, i), items, one)...)
			}
		}
	case object:
		faults = append(faults, s.checkObject(path, schema, value)...)
	}
	return faults
}

func (s *schemas) checkObject(path string, schema, value object) []string {
	var faults []string
	properties, _ := schema["properties"].(object)
	others, hasOthers := schema["additionalProperties"]
	if required, ok := schema["required"].([]interface{}); ok {
		for _, name := range required {
			if _, there := value[name.(string)]; !there {
				faults = append(faults, fmt.Sprintf("%s: %s is missing", path, name))
			}
		}
	}
	if least, ok := schema["minProperties"].(float64); ok && float64(len(value)) < least {
		faults = append(faults, fmt.Sprintf("%s: has %d entries, %v are needed", path, len(value), least))
	}
	for _, name := range sortedKeys(value) {
		below := path + "." + name
		if names, ok := schema["propertyNames"].(object); ok {
			faults = append(faults, s.check(below, names, name)...)
		}
		if property, ok := properties[name].(object); ok {
			faults = append(faults, s.check(below, property, value[name])...)
		} else if other, ok := others.(object); ok {
			faults = append(faults, s.check(below, other, value[name])...)
		} else if others == false || (!hasOthers && len(properties) > 0) {
			faults = append(faults, below+": there is no such field")
		}
	}
	return faults
}

func checkString(path string, schema object, value string) []string {
	var faults []string
	if pattern, ok := schema["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(value) {
		faults = append(faults, fmt.Sprintf("%s: %q does not match %s", path, value, pattern))
	}
	if least, ok := schema["minLength"].(float64); ok && float64(len(value)) < least {
		faults = append(faults, path+": is too short")
	}
	if schema["format"] == "date-time" {
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			faults = append(faults, fmt.Sprintf("%s: %q is no time", path, value))
		}
	}
	return faults
}

func isOf(kind string, value interface{}) bool {
	switch kind {
	case "string":
		_, ok := value.(string)
		return ok
	case "boolean":
		_, ok := value.(bool)
		return ok
	case "number":
		_, ok := value.(float64)
		return ok
	case "integer":
		number, ok := value.(float64)
		return ok && number == math.Trunc(number)
	case "array":
		_, ok := value.([]interface{})
		return ok
	case "object":
		_, ok := value.(object)
		return ok
	}
	return false
}

func contains(list []interface{}, value interface{}) bool {
	for _, one := range list {
		if one == value {
			return true
		}
	}
	return false
}
