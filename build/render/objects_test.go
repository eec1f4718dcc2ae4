package main

import (
	"fmt"
	"os/exec"
	"testing"
)

// Ways through objects as they come from YAML.

func at(value interface{}, path ...string) interface{} {
	for _, name := range path {
		below, ok := value.(object)
		if !ok {
			return nil
		}
		value = below[name]
	}
	return value
}

func text(value interface{}, path ...string) string {
	out, _ := at(value, path...).(string)
	return out
}

func list(value interface{}, path ...string) []interface{} {
	out, _ := at(value, path...).([]interface{})
	return out
}

func nameOf(one interface{}) string {
	return fmt.Sprintf("%v/%v", at(one, "kind"), at(one, "metadata", "name"))
}

func ofKind(all []object, kind string) []object {
	var out []object
	for _, one := range all {
		if one["kind"] == kind {
			out = append(out, one)
		}
	}
	return out
}

// workloads are what runs for good; jobs are not among them.
func workloads(all []object) []object {
	return append(ofKind(all, "Deployment"), ofKind(all, "StatefulSet")...)
}

func workloadOf(t *testing.T, all []object, app string) object {
	t.Helper()
	for _, work := range workloads(all) {
		if appOf(work) == app {
			return work
		}
	}
	t.Fatalf("there is no %s", app)
	return nil
}

func named(all []object, name string) object {
	for _, one := range all {
		if nameOf(one) == name {
			return one
		}
	}
	return nil
}

func podOf(work object) interface{} { return at(work, "spec", "template", "spec") }

func labelsOf(work object) object { return at(work, "spec", "template", "metadata", "labels").(object) }

func containers(work object) []object {
	var out []object
	for _, one := range list(podOf(work), "containers") {
		out = append(out, one.(object))
	}
	return out
}

func envOf(container object, name string) string {
	for _, env := range list(container, "env") {
		if text(env, "name") == name {
			return text(env, "value")
		}
	}
	return ""
}

// mountOf gives the volume mounted at a path.
func mountOf(container object, path string) string {
	for _, mount := range list(container, "volumeMounts") {
		if text(mount, "mountPath") == path {
			return text(mount, "name")
		}
	}
	return ""
}

func claimOf(work object, volume string) interface{} {
	for _, claim := range list(work, "spec", "volumeClaimTemplates") {
		if text(claim, "metadata", "name") == volume {
			return claim
		}
	}
	return nil
}

func selects(selector, labels object) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}

func listens(work object, port float64) bool {
	for _, container := range containers(work) {
		for _, one := range list(container, "ports") {
			if at(one, "containerPort") == port {
				return true
			}
		}
	}
	return false
}

func walk(path string, value interface{}, visit func(string, interface{})) {
	visit(path, value)
	if below, ok := value.(object); ok {
		for _, name := range sortedKeys(below) {
			walk(path+":"+name, below[name], visit)
		}
	}
}

// byHelm tells that Helm renders, which words its refusals of values in its own way.
func byHelm() bool {
	_, err := exec.LookPath("helm")
	return err == nil
}
