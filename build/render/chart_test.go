package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var forms = []string{"values-county.yaml", "values-city.yaml", "values-development.yaml"}

// rendered gives the objects of a values file, with more YAML over it.
func rendered(t *testing.T, file, more string) ([]object, error) {
	t.Helper()
	over := filepath.Join(t.TempDir(), "more.yaml")
	if err := os.WriteFile(over, []byte(more+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := renderChart(chartFolder(), "hotline", filepath.Join(chartFolder(), file), over)
	if err != nil {
		return nil, err
	}
	return documents(out)
}

func each(t *testing.T, test func(t *testing.T, file string, all []object)) {
	t.Helper()
	for _, file := range forms {
		t.Run(file, func(t *testing.T) {
			all, err := rendered(t, file, "")
			if err != nil {
				t.Fatal(err)
			}
			if len(all) < 6 {
				t.Fatalf("only %d objects", len(all))
			}
			test(t, file, all)
		})
	}
}

func TestEveryObjectIsAsKubernetesWantsIt(t *testing.T) {
	known, kinds, err := kubernetes()
	if os.IsNotExist(err) {
		t.Skip("Kubernetes' schemas do not lie beside the repository: ../shared/data/kubernetes/definitions-v1.35.0.json")
	} else if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, _ string, all []object) {
		for _, one := range all {
			name := nameOf(one)
			definition, ok := kinds[fmt.Sprintf("%s %s", one["apiVersion"], one["kind"])]
			if !ok {
				t.Errorf("%s: Kubernetes 1.35 has no %s %s", name, one["apiVersion"], one["kind"])
				continue
			}
			for _, fault := range known.check(name, definition, one) {
				t.Error(fault)
			}
		}
	})
}

var (
	dnsLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	label    = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$`)
	amount   = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$`)
	variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// The rules of the API server that its schemas do not hold.
func TestNamesLabelsAmountsAndReferencesHold(t *testing.T) {
	each(t, func(t *testing.T, _ string, all []object) {
		seen := map[string]bool{}
		for _, one := range all {
			name := nameOf(one)
			if seen[name] {
				t.Errorf("%s stands twice", name)
			}
			seen[name] = true
			if !dnsLabel.MatchString(text(one, "metadata", "name")) {
				t.Errorf("%s is no name", name)
			}
			for key, value := range at(one, "metadata", "labels").(object) {
				if !label.MatchString(value.(string)) {
					t.Errorf("%s: label %s=%v", name, key, value)
				}
			}
		}
		for _, work := range workloads(all) {
			volumes := map[string]bool{}
			for _, volume := range list(podOf(work), "volumes") {
				volumes[text(volume, "name")] = true
			}
			for _, claim := range list(work, "spec", "volumeClaimTemplates") {
				volumes[text(claim, "metadata", "name")] = true
				if !amount.MatchString(text(claim, "spec", "resources", "requests", "storage")) {
					t.Errorf("%s: storage", nameOf(work))
				}
			}
			used, ports := map[string]bool{}, map[string]bool{}
			for _, container := range containers(work) {
				name := nameOf(work) + " " + text(container, "name")
				if !dnsLabel.MatchString(text(container, "name")) {
					t.Errorf("%s is no name", name)
				}
				for _, mount := range list(container, "volumeMounts") {
					used[text(mount, "name")] = true
					if !volumes[text(mount, "name")] {
						t.Errorf("%s mounts %s, which the pod does not have", name, text(mount, "name"))
					}
				}
				for _, env := range list(container, "env") {
					if !variable.MatchString(text(env, "name")) {
						t.Errorf("%s: %s is no variable", name, text(env, "name"))
					}
				}
				for _, port := range list(container, "ports") {
					if ports[text(port, "name")] {
						t.Errorf("%s: the port %s stands twice in the pod", name, text(port, "name"))
					}
					ports[text(port, "name")] = true
				}
				for _, probe := range []string{"startupProbe", "livenessProbe", "readinessProbe"} {
					if port := text(container, probe, "httpGet", "port"); !ports[port] {
						t.Errorf("%s: the %s asks the port %s", name, probe, port)
					}
				}
			}
			for volume := range volumes {
				if !used[volume] {
					t.Errorf("%s: nobody mounts %s", nameOf(work), volume)
				}
			}
			for key, value := range at(work, "spec", "selector", "matchLabels").(object) {
				if at(work, "spec", "template", "metadata", "labels").(object)[key] != value {
					t.Errorf("%s does not select its own pods by %s", nameOf(work), key)
				}
			}
			for _, volume := range list(podOf(work), "volumes") {
				if claim := text(volume, "persistentVolumeClaim", "claimName"); claim != "" && !seen["PersistentVolumeClaim/"+claim] {
					t.Errorf("%s: no claim %s", nameOf(work), claim)
				}
				if config := text(volume, "configMap", "name"); config != "" && !seen["ConfigMap/"+config] {
					t.Errorf("%s: no ConfigMap %s", nameOf(work), config)
				}
			}
		}
	})
}

func TestEveryContainerIsShutIn(t *testing.T) {
	each(t, func(t *testing.T, _ string, all []object) {
		for _, work := range workloads(all) {
			if at(podOf(work), "automountServiceAccountToken") != false || at(podOf(work), "hostNetwork") != nil || at(podOf(work), "hostPID") != nil {
				t.Errorf("%s has what it does not need", nameOf(work))
			}
			for _, volume := range list(podOf(work), "volumes") {
				if at(volume, "hostPath") != nil {
					t.Errorf("%s mounts the host", nameOf(work))
				}
			}
			for _, container := range containers(work) {
				name := nameOf(work) + " " + text(container, "name")
				security, _ := container["securityContext"].(object)
				user, _ := security["runAsUser"].(float64)
				if security["runAsNonRoot"] != true || user < 10000 || security["readOnlyRootFilesystem"] != true || security["allowPrivilegeEscalation"] != false || security["privileged"] == true {
					t.Errorf("%s: %v", name, security)
				}
				if fmt.Sprint(at(security, "capabilities", "drop")) != "[ALL]" || at(security, "capabilities", "add") != nil || text(security, "seccompProfile", "type") != "RuntimeDefault" {
					t.Errorf("%s: %v", name, security)
				}
				for _, probe := range []struct{ name, path string }{{"startupProbe", "/health/live"}, {"livenessProbe", "/health/live"}, {"readinessProbe", "/health/ready"}} {
					if text(container, probe.name, "httpGet", "path") != probe.path {
						t.Errorf("%s: its %s", name, probe.name)
					}
				}
				for _, path := range [][]string{{"requests", "cpu"}, {"requests", "memory"}, {"limits", "memory"}} {
					if !amount.MatchString(text(container, "resources", path[0], path[1])) {
						t.Errorf("%s: no %s of %s", name, path[0], path[1])
					}
				}
				if image := text(container, "image"); strings.Contains(image, "latest") || !strings.Contains(image, ":") {
					t.Errorf("%s: the image %s has no version", name, image)
				}
			}
		}
	})
}

func TestEveryServiceHasPodsAndAPortTheyListenOn(t *testing.T) {
	each(t, func(t *testing.T, _ string, all []object) {
		for _, service := range ofKind(all, "Service") {
			found := 0
			for _, work := range workloads(all) {
				if !selects(at(service, "spec", "selector").(object), labelsOf(work)) {
					continue
				}
				found++
				for _, port := range list(service, "spec", "ports") {
					if !listens(work, at(port, "targetPort").(float64)) {
						t.Errorf("%s: nobody of %s listens on %v", nameOf(service), nameOf(work), at(port, "targetPort"))
					}
				}
			}
			if found != 1 {
				t.Errorf("%s has the pods of %d workloads", nameOf(service), found)
			}
		}
		for _, work := range workloads(all) {
			found := 0
			for _, budget := range ofKind(all, "PodDisruptionBudget") {
				if selects(at(budget, "spec", "selector", "matchLabels").(object), labelsOf(work)) {
					found++
					// A budget that allows no eviction keeps a node from being emptied for ever.
					if at(budget, "spec", "maxUnavailable") != 1.0 || at(budget, "spec", "minAvailable") != nil {
						t.Errorf("%s allows no eviction", nameOf(budget))
					}
				}
			}
			if found != 1 {
				t.Errorf("%s has %d disruption budgets", nameOf(work), found)
			}
			if len(list(podOf(work), "topologySpreadConstraints")) != 2 {
				t.Errorf("%s is not spread", nameOf(work))
			}
		}
	})
}

func TestAStoreHasOneProcess(t *testing.T) {
	each(t, func(t *testing.T, _ string, all []object) {
		writers := map[string]int{}
		for _, work := range workloads(all) {
			if len(list(work, "spec", "volumeClaimTemplates")) > 0 && at(work, "spec", "replicas") != 1.0 {
				t.Errorf("%s: two processes on stores that do not know of each other", nameOf(work))
			}
			for _, volume := range list(podOf(work), "volumes") {
				if claim := text(volume, "persistentVolumeClaim", "claimName"); claim != "" {
					writers[claim]++
				}
			}
			for _, container := range containers(work) {
				mounted := false
				for _, mount := range list(container, "volumeMounts") {
					mounted = mounted || text(mount, "mountPath") == envOf(container, "Hotline__Data")
				}
				if !mounted {
					t.Errorf("%s %s: its data is on no volume", nameOf(work), text(container, "name"))
				}
			}
		}
		for _, claim := range ofKind(all, "PersistentVolumeClaim") {
			if modes := fmt.Sprint(at(claim, "spec", "accessModes")); writers[text(claim, "metadata", "name")] > 1 && modes != "[ReadWriteMany]" {
				t.Errorf("%s is %s, and %d workloads mount it", nameOf(claim), modes, writers[text(claim, "metadata", "name")])
			}
		}
	})
}

func TestSecretsAreReferredToAndListedInValues(t *testing.T) {
	each(t, func(t *testing.T, file string, all []object) {
		if len(ofKind(all, "Secret")) > 0 {
			t.Error("a Secret is rendered: its content would stand in values and in the release")
		}
		values, err := mergedValues(chartFolder(), []string{filepath.Join(chartFolder(), file)})
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]bool{}
		add := func(holder interface{}) {
			for _, secret := range list(holder.(object), "secrets") {
				for _, key := range at(secret, "keys").(object) {
					named[text(secret, "secret")+"/"+key.(string)] = true
				}
			}
		}
		add(values["shared"])
		add(values["kafka"])
		for _, service := range values["services"].(object) {
			add(service)
		}
		for _, work := range workloads(all) {
			for _, volume := range list(podOf(work), "volumes") {
				for _, source := range list(volume, "projected", "sources") {
					paths := map[string]bool{}
					for _, item := range list(source, "secret", "items") {
						if secret := text(source, "secret", "name") + "/" + text(item, "key"); !named[secret] {
							t.Errorf("%s reads %s, which is not in values", nameOf(work), secret)
						}
						if path := text(item, "path"); paths[path] || strings.ContainsAny(path, ":/") {
							t.Errorf("%s: %s", nameOf(work), path)
						} else {
							paths[path] = true
						}
					}
				}
			}
			for _, container := range containers(work) {
				for _, env := range list(container, "env") {
					if at(env, "valueFrom") != nil {
						t.Errorf("%s takes %s into its environment, where every child and every dump has it", nameOf(work), text(env, "name"))
					}
				}
			}
		}
		secretName := regexp.MustCompile(`(?i)(key|secret|token|password|authorization)$`)
		walk("config", values["config"], func(path string, value interface{}) {
			if _, isText := value.(string); isText && secretName.MatchString(path) {
				t.Errorf("%s is a secret in plain values", path)
			}
		})
	})
}

func TestSettingsAreJsonWithEveryServicesAddress(t *testing.T) {
	each(t, func(t *testing.T, file string, all []object) {
		for _, config := range ofKind(all, "ConfigMap") {
			settings, ok := at(config, "data").(object)["hotline.json"].(string)
			if !ok {
				continue
			}
			var parsed object
			if err := json.Unmarshal([]byte(settings), &parsed); err != nil {
				t.Fatal(err)
			}
			addresses := at(parsed, "Hotline", "Gateway").(object)
			if file != "values-city.yaml" {
				if len(addresses) > 0 {
					t.Errorf("%v", addresses)
				}
				return
			}
			for _, work := range ofKind(all, "StatefulSet") {
				name := labelsOf(work)["app.kubernetes.io/name"].(string)
				if !strings.HasPrefix(fmt.Sprint(addresses[name]), "http://"+text(work, "metadata", "name")+":") {
					t.Errorf("the gateway finds %s at %v", name, addresses[name])
				}
			}
			return
		}
		t.Error("no hotline.json")
	})
}

func TestMonitoringFilesAreWhole(t *testing.T) {
	all, err := rendered(t, "values-city.yaml", "monitoring: { files: true }")
	if err != nil {
		t.Fatal(err)
	}
	for _, config := range ofKind(all, "ConfigMap") {
		if board, ok := at(config, "data").(object)["hotline-dashboard.json"].(string); ok {
			var parsed object
			if err := json.Unmarshal([]byte(board), &parsed); err != nil || len(list(parsed, "panels")) < 5 {
				t.Errorf("the dashboard: %v", err)
			}
			rules, err := documents(at(config, "data").(object)["hotline-alerts.yaml"].(string))
			if err != nil || len(rules) != 1 || len(list(rules[0], "groups")) == 0 {
				t.Errorf("the alerts: %v", err)
			}
			return
		}
	}
	t.Error("there is no dashboard")
}

func TestWhatCannotRunIsRefused(t *testing.T) {
	for name, one := range map[string]struct{ file, more, want string }{
		"a provider that is not there":        {"values-city.yaml", "documents: MongoDB", "documents: MongoDB names a provider that is not in the images"},
		"another one":                         {"values-county.yaml", "eventLog: Dapr", "eventLog: Dapr names a provider"},
		"separate stores without Kafka":       {"values-city.yaml", "eventLog: Sqlite", "nobody would read the embedded log of another"},
		"separate processes without edge key": {"values-city.yaml", "shared: { secrets: [] }", "Hotline:EdgeKey"},
		"a value nobody reads":                {"values-county.yaml", "replicas: 3", "replicas: there is no such field"},
		"a service with more processes":       {"values-city.yaml", "services: { dispatch: { replicas: 2 } }", "replicas: there is no such field"},
		"an option that is no option":         {"values-city.yaml", "shared: { secrets: [{ secret: a, keys: { EdgeKey: x } }] }", "does not match"},
		"one gateway":                         {"values-city.yaml", "gateway: { replicas: { least: 1 } }", "is less than 2"},
		"a form nobody knows":                 {"values-city.yaml", "form: cluster", "is none of"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rendered(t, one.file, one.more)
			if err == nil || (!strings.Contains(err.Error(), one.want) && !byHelm()) {
				t.Errorf("%v, not %q", err, one.want)
			}
		})
	}
}
