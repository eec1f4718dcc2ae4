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

// What the values files and the switches of the city's make of the chart.
var forms = []struct{ name, file, more string }{
	{"county", "values-county.yaml", ""},
	{"development", "values-development.yaml", ""},
	{"city", "values-city.yaml", ""},
	{"city-sqlite", "values-city.yaml", citySqlite},
	{"city-cpu", "values-city.yaml", "keda: { enabled: false }"},
	{"city-dapr", "values-city.yaml", cityDapr},
	{"city-dapr-sqlite", "values-city.yaml", citySqlite + "\n" + withDapr + "eventLog: Dapr"},
	{"city-partners", "values-city.yaml", cityPartners},
	{"city-partners-many", "values-city.yaml", strings.Replace(cityPartners, "enabled: true", "enabled: true, replicas: { least: 2, most: 3 }", 1)},
	{"city-partners-sqlite", "values-city.yaml", citySqlite + "\n" + cityPartners},
}

const (
	citySqlite   = "documents: Sqlite\nblobs: Sqlite\nreplicas: { least: 1, most: 1 }\nkeda: { enabled: false }"
	withDapr     = "providers: [Dapr, Kafka, MongoDB, Sqlite]\n"
	cityDapr     = withDapr + "eventLog: Dapr\ndapr: { tokens: hotline-dapr }"
	cityPartners = "partnerGateway: { enabled: true, clients: [{ ipBlock: { cidr: 198.51.100.0/24 } }], ingress: { host: partners.12345.example.gov.cn, className: nginx, tlsSecret: partners-tls }, secrets: [{ secret: hotline-partners, keys: { \"Hotline:PartnerGateway:Partners:0:Key\": key } }] }"
)

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

func each(t *testing.T, test func(t *testing.T, form string, all []object)) {
	t.Helper()
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			all, err := rendered(t, form.file, form.more)
			if err != nil {
				t.Fatal(err)
			}
			if len(all) < 6 {
				t.Fatalf("only %d objects", len(all))
			}
			test(t, form.name, all)
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
	_, elsewhere, err := others()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, _ string, all []object) {
		for _, one := range all {
			name, kind := nameOf(one), fmt.Sprintf("%s %s", one["apiVersion"], one["kind"])
			definition, ok := kinds[kind]
			if _, other := elsewhere[kind]; !ok && !other {
				t.Errorf("%s: Kubernetes 1.35 has no %s", name, kind)
			}
			if !ok {
				continue // below
			}
			for _, fault := range known.check(name, definition, one) {
				t.Error(fault)
			}
		}
	})
}

func TestObjectsOfKedaAndDaprAreAsTheyDocumentThem(t *testing.T) {
	known, kinds, err := others()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	each(t, func(t *testing.T, _ string, all []object) {
		for _, one := range all {
			kind := fmt.Sprintf("%s %s", one["apiVersion"], one["kind"])
			if definition, ok := kinds[kind]; ok {
				seen[kind] = true
				for _, fault := range known.check(nameOf(one), definition, one) {
					t.Error(fault)
				}
			}
		}
	})
	for kind := range kinds {
		if !seen[kind] {
			t.Errorf("no form renders a %s", kind)
		}
	}
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
		for _, work := range append(workloads(all), ofKind(all, "Job")...) {
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
					if port := text(container, probe, "httpGet", "port"); at(container, probe) != nil && !ports[port] {
						t.Errorf("%s: the %s asks the port %s", name, probe, port)
					}
				}
			}
			for volume := range volumes {
				if !used[volume] {
					t.Errorf("%s: nobody mounts %s", nameOf(work), volume)
				}
			}
			selector, _ := at(work, "spec", "selector", "matchLabels").(object)
			if len(selector) == 0 && work["kind"] != "Job" {
				t.Errorf("%s selects nothing", nameOf(work))
			}
			for key, value := range selector {
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
		for _, work := range append(workloads(all), ofKind(all, "Job")...) {
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
		for _, work := range workloads(all) {
			for _, container := range containers(work) {
				for _, probe := range []struct{ name, path string }{{"startupProbe", "/health/live"}, {"livenessProbe", "/health/live"}, {"readinessProbe", "/health/ready"}} {
					if text(container, probe.name, "httpGet", "path") != probe.path {
						t.Errorf("%s %s: its %s", nameOf(work), text(container, "name"), probe.name)
					}
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
			for _, container := range containers(work) {
				name := nameOf(work) + " " + text(container, "name")
				mounted := mountOf(container, envOf(container, "Hotline__Data"))
				if mounted == "" {
					t.Errorf("%s: its data is on no volume", name)
				}
				keeps := text(container, "name") != "gateway" && text(container, "name") != "partner-gateway"
				if !keeps || envOf(container, "Hotline__Documents") == "MongoDB" {
					continue
				}
				// Of a pod with many programs the gateway's own shares its folder.
				if claimOf(work, mounted) == nil || at(work, "spec", "replicas") != 1.0 {
					t.Errorf("%s: a store on SQLite that is lost, or has two processes that do not know of each other", name)
				}
				for _, scaler := range append(ofKind(all, "HorizontalPodAutoscaler"), ofKind(all, "ScaledObject")...) {
					if text(scaler, "spec", "scaleTargetRef", "name") == text(work, "metadata", "name") {
						t.Errorf("%s scales a store on SQLite", nameOf(scaler))
					}
				}
			}
			for _, volume := range list(podOf(work), "volumes") {
				if claim := text(volume, "persistentVolumeClaim", "claimName"); claim != "" {
					writers[claim]++
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
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			all, err := rendered(t, form.file, form.more)
			if err != nil {
				t.Fatal(err)
			}
			if len(ofKind(all, "Secret")) > 0 {
				t.Error("a Secret is rendered: its content would stand in values and in the release")
			}
			over := filepath.Join(t.TempDir(), "more.yaml")
			if err := os.WriteFile(over, []byte(form.more), 0o644); err != nil {
				t.Fatal(err)
			}
			values, err := mergedValues(chartFolder(), []string{filepath.Join(chartFolder(), form.file), over})
			if err != nil {
				t.Fatal(err)
			}
			known := map[string]bool{}
			add := func(holder interface{}) {
				for _, secret := range list(holder.(object), "secrets") {
					for _, key := range at(secret, "keys").(object) {
						known[text(secret, "secret")+"/"+key.(string)] = true
					}
				}
			}
			for _, holder := range []string{"shared", "kafka", "mongodb", "partnerGateway"} {
				add(values[holder])
			}
			for name, service := range values["services"].(object) {
				add(service)
				known[text(values, "keys", "secret")+"/"+name+".key"] = true
			}
			known[text(values, "dapr", "tokens")+"/token"] = true
			read := func(who, secret, key string) {
				if !known[secret+"/"+key] {
					t.Errorf("%s reads %s of %s, which is not in values", who, key, secret)
				}
			}
			for _, work := range append(workloads(all), ofKind(all, "Job")...) {
				for _, volume := range list(podOf(work), "volumes") {
					for _, item := range list(volume, "secret", "items") {
						read(nameOf(work), text(volume, "secret", "secretName"), text(item, "key"))
						if text(item, "key") != appOf(work)+".key" {
							t.Errorf("%s holds the key of another: %s", nameOf(work), text(item, "key"))
						}
					}
					if at(volume, "secret") != nil && len(list(volume, "secret", "items")) == 0 {
						t.Errorf("%s mounts a whole Secret", nameOf(work))
					}
					paths := map[string]bool{}
					for _, source := range list(volume, "projected", "sources") {
						for _, item := range list(source, "secret", "items") {
							read(nameOf(work), text(source, "secret", "name"), text(item, "key"))
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
			for _, one := range ofKind(all, "TriggerAuthentication") {
				for _, target := range list(one, "spec", "secretTargetRef") {
					read(nameOf(one), text(target, "name"), text(target, "key"))
				}
			}
			for _, one := range ofKind(all, "Component") {
				for _, item := range list(one, "spec", "metadata") {
					if at(item, "secretKeyRef") != nil {
						read(nameOf(one), text(item, "secretKeyRef", "name"), text(item, "secretKeyRef", "key"))
					} else if secretName.MatchString(text(item, "name")) {
						t.Errorf("%s: %s in plain", nameOf(one), text(item, "name"))
					}
				}
			}
			walk("config", values["config"], func(path string, value interface{}) {
				if _, isText := value.(string); isText && secretName.MatchString(path) {
					t.Errorf("%s is a secret in plain values", path)
				}
			})
		})
	}
}

var secretName = regexp.MustCompile(`(?i)(key|secret|token|password|authorization|connectionstring)$`)

func TestSettingsAreJsonWithEveryServicesAddress(t *testing.T) {
	each(t, func(t *testing.T, form string, all []object) {
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
			if !strings.HasPrefix(form, "city") {
				if len(addresses) > 0 {
					t.Errorf("%v", addresses)
				}
				return
			}
			for _, work := range workloads(all) {
				name := appOf(work)
				if strings.HasSuffix(name, "gateway") {
					continue
				}
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
		"a provider that is not there":          {"values-city.yaml", "providers: [Kafka, Sqlite]\nblobs: Sqlite", "documents: MongoDB names a provider that is not in the images"},
		"another one":                           {"values-county.yaml", "providers: [Kafka, Sqlite]\neventLog: Dapr", "eventLog: Dapr names a provider"},
		"a provider that keeps nothing":         {"values-city.yaml", "documents: Kafka\nblobs: Kafka", "keeps no documents"},
		"files elsewhere than documents":        {"values-city.yaml", "blobs: Sqlite", "must lie in one store"},
		"separate stores without Kafka":         {"values-city.yaml", "eventLog: Sqlite", "nobody would read the embedded log of another"},
		"separate processes without edge key":   {"values-city.yaml", "shared: { secrets: [] }", "Hotline:EdgeKey"},
		"a value nobody reads":                  {"values-county.yaml", "copies: 3", "copies: there is no such field"},
		"a service with more processes":         {"values-city.yaml", citySqlite + "\nservices: { dispatch: { replicas: { least: 1, most: 2 } } }", "dispatch: replicas 1 to 2 with documents: Sqlite: one process at a time holds a store"},
		"all services with more":                {"values-city.yaml", "documents: Sqlite\nblobs: Sqlite\nkeda: { enabled: false }", "one process at a time holds a store on SQLite"},
		"a county with more":                    {"values-county.yaml", "replicas: { least: 2, most: 2 }", "one process at a time holds a store on SQLite"},
		"a supervision line with more":          {"values-city.yaml", "services: { supervision-line: { replicas: { least: 2, most: 2 } } }", "supervision-line: replicas: it must be one process, for it keeps a store of its own"},
		"two that send the same reply":          {"values-city.yaml", "services: { intake-wechat: { replicas: { least: 2, most: 2 } } }", "intake-wechat: replicas: it must be one process, for its worker"},
		"two that make the same call":           {"values-city.yaml", "config: { Calls: { Url: \"https://calls.example.gov.cn\" } }", "with config.Calls.Url: each process would take a call"},
		"more at least than at most":            {"values-city.yaml", "services: { callback: { replicas: { least: 3, most: 2 } } }", "least 3 is more than most 2"},
		"more readers than partitions":          {"values-city.yaml", "services: { dispatch: { replicas: { least: 2, most: 13 } } }", "its topics have 12 partitions"},
		"no pod":                                {"values-city.yaml", "services: { callback: { replicas: { least: 0, most: 2 } } }", "is less than 1"},
		"MongoDB in one process":                {"values-county.yaml", "documents: MongoDB\nblobs: MongoDB", "documents: MongoDB needs form: separate"},
		"MongoDB without key files":             {"values-city.yaml", "keys: { secret: \"\" }", "documents: MongoDB needs keys.secret"},
		"MongoDB without its connection string": {"values-city.yaml", "mongodb: { secrets: [] }", "Hotline:MongoDB:ConnectionString in mongodb.secrets"},
		"sidecars in one process":               {"values-county.yaml", withDapr + "eventLog: Dapr", "eventLog: Dapr needs form: separate"},
		"scaling by lag with one process each":  {"values-city.yaml", "documents: Sqlite\nblobs: Sqlite\nreplicas: { least: 1, most: 1 }", "there is nothing to scale"},
		"scaling by lag without a user":         {"values-city.yaml", "kafka: { secrets: [{ secret: a, keys: { \"Hotline:Kafka:Client:sasl.password\": p } }] }", "sasl.username into kafka.secrets"},
		"a mechanism KEDA has no name for":      {"values-city.yaml", "config: { Kafka: { Client: { sasl.mechanism: GSSAPI } } }", "sasl.mechanism GSSAPI is not known"},
		"a partner gateway in one process":      {"values-county.yaml", "partnerGateway: { enabled: true }", "partnerGateway.enabled needs form: separate"},
		"a partner gateway for everybody":       {"values-city.yaml", "partnerGateway: { enabled: true }", "partnerGateway.clients: say who may come"},
		"partners' keys in clear":               {"values-city.yaml", "partnerGateway: { enabled: true, clients: [{ ipBlock: { cidr: 198.51.100.0/24 } }], ingress: { host: a.example.gov.cn } }", "host needs tlsSecret"},
		"a front door for nobody":               {"values-county.yaml", "network: { clients: [] }", "has 0 items"},
		"a partner gateway to the sealed":       {"values-city.yaml", "partnerGateway: { enabled: true, clients: [{ podSelector: {} }], services: [supervision-line] }", "supervision-line is reached by the gateway alone"},
		"a partner gateway to nobody":           {"values-city.yaml", "partnerGateway: { enabled: true, clients: [{ podSelector: {} }], services: [payroll] }", "there is no service payroll"},
		"an option that is no option":           {"values-city.yaml", "shared: { secrets: [{ secret: a, keys: { EdgeKey: x } }] }", "does not match"},
		"one gateway":                           {"values-city.yaml", "gateway: { replicas: { least: 1 } }", "is less than 2"},
		"a form nobody knows":                   {"values-city.yaml", "form: cluster", "is none of"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rendered(t, one.file, one.more)
			if err == nil || (!strings.Contains(err.Error(), one.want) && !byHelm()) {
				t.Errorf("%v, not %q", err, one.want)
			}
		})
	}
}
