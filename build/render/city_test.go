package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// What a city has and a county has not: stores that several pods share, scaling, a job before an upgrade, sidecars.

var receives = []string{"intake-app", "intake-photo-report", "intake-message-board", "intake-wechat", "intake-phone", "intake-email", "intake-portal", "intake-partners"}

func TestOnMongoDBWhoReceivesHasAJournalOfItsOwnForEachPod(t *testing.T) {
	eachCity(t, func(t *testing.T, form string, all []object) {
		onMongo := !strings.Contains(form, "sqlite")
		for _, app := range receives {
			work := workloadOf(t, all, app)
			container := containers(work)[0]
			folder := envOf(container, "Hotline__Journal__Folder")
			if !onMongo {
				if folder != "" {
					t.Errorf("%s has a journal beside its own store", app)
				}
				continue
			}
			if work["kind"] != "StatefulSet" || folder == "" || claimOf(work, mountOf(container, folder)) == nil || mountOf(container, folder) == mountOf(container, "/data") {
				t.Errorf("%s: its journal %q is on no volume of each pod's own", app, folder)
			}
			if text(work, "spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") != "Retain" {
				t.Errorf("%s: a journal goes with its pod", app)
			}
			// A pod that is taken away may leave what it received: nobody but a person does it.
			if scaler := named(all, "HorizontalPodAutoscaler/hotline-"+app); scaler != nil && text(scaler, "spec", "behavior", "scaleDown", "selectPolicy") != "Disabled" {
				t.Errorf("%s is scaled down by itself", app)
			}
		}
	})
}

func TestOnMongoDBServicesKeepNothingAndHoldTheirOwnKeyAlone(t *testing.T) {
	eachCity(t, func(t *testing.T, form string, all []object) {
		if strings.Contains(form, "sqlite") {
			return
		}
		for _, work := range workloads(all) {
			app, container := appOf(work), containers(work)[0]
			connected := strings.Contains(fmt.Sprint(podOf(work)), "Hotline__MongoDB__ConnectionString")
			if app == "gateway" || app == "partner-gateway" || app == "supervision-line" {
				if connected {
					t.Errorf("%s holds MongoDB's password", app)
				}
				continue
			}
			if envOf(container, "Hotline__Documents") != "MongoDB" || envOf(container, "Hotline__Blobs") != "MongoDB" || !connected {
				t.Errorf("%s does not keep its documents in MongoDB", app)
			}
			if app != "desk" && (envOf(container, "Hotline__Keys") != "/keys" || mountOf(container, "/keys/"+app+".key") != "own-key") {
				t.Errorf("%s: its pods would each make a key file", app)
			}
			if wants := contained(receives, app); (work["kind"] == "StatefulSet") != wants {
				t.Errorf("%s is a %s", app, work["kind"])
			}
		}
	})
}

// Who follows the guide has a key for each service that needs one, and none for the vault.
func TestTheGuideMakesEveryKeyFile(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join(chartFolder(), "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	made := regexp.MustCompile(`for service in ([a-z -]+); do`).FindStringSubmatch(string(guide))
	if made == nil {
		t.Fatal("it makes none")
	}
	all, err := rendered(t, "values-city.yaml", "")
	if err != nil {
		t.Fatal(err)
	}
	var needed []string
	for _, work := range workloads(all) {
		for _, volume := range list(podOf(work), "volumes") {
			for _, item := range list(volume, "secret", "items") {
				needed = append(needed, strings.TrimSuffix(text(item, "key"), ".key"))
			}
		}
	}
	names := strings.Fields(made[1])
	sort.Strings(names)
	sort.Strings(needed)
	if fmt.Sprint(names) != fmt.Sprint(needed) {
		t.Errorf("it makes %v; needed are %v", names, needed)
	}
}

func TestWhatIsScaledIsScaledByOne(t *testing.T) {
	each(t, func(t *testing.T, _ string, all []object) {
		scalers := map[string]int{}
		for _, scaler := range append(ofKind(all, "HorizontalPodAutoscaler"), ofKind(all, "ScaledObject")...) {
			target := text(scaler, "spec", "scaleTargetRef", "kind") + "/" + text(scaler, "spec", "scaleTargetRef", "name")
			scalers[target]++
			if named(all, target) == nil {
				t.Errorf("%s scales %s, which is not there", nameOf(scaler), target)
			}
		}
		for _, work := range workloads(all) {
			count := at(work, "spec", "replicas")
			switch scaled := scalers[nameOf(work)]; {
			case scaled > 1:
				t.Errorf("%s is scaled by %d", nameOf(work), scaled)
			case scaled == 1 && count != nil:
				t.Errorf("%s: each upgrade would set it back to %v", nameOf(work), count)
			case scaled == 0 && count == nil:
				t.Errorf("%s: how many?", nameOf(work))
			}
			for _, container := range containers(work) {
				many := scalers[nameOf(work)] == 1
				if drains := at(container, "lifecycle", "preStop") != nil; drains != many {
					t.Errorf("%s waits before it ends: %v", nameOf(work), drains)
				}
			}
			for _, spread := range list(podOf(work), "topologySpreadConstraints") {
				own := text(spread, "labelSelector", "matchLabels", "app.kubernetes.io/name") == appOf(work)
				if own != (scalers[nameOf(work)] == 1) || text(spread, "whenUnsatisfiable") != "ScheduleAnyway" {
					t.Errorf("%s: %v", nameOf(work), spread)
				}
			}
		}
	})
}

func TestWhoMustBeOneProcessIs(t *testing.T) {
	values, err := mergedValues(chartFolder(), nil)
	if err != nil {
		t.Fatal(err)
	}
	eachCity(t, func(t *testing.T, form string, all []object) {
		for name, service := range values["services"].(object) {
			alone := text(service, "alone") != "" || strings.Contains(form, "sqlite")
			if one := at(workloadOf(t, all, name), "spec", "replicas") == 1.0; one != alone {
				t.Errorf("%s is one pod: %v", name, one)
			}
			if work := workloadOf(t, all, name); alone && work["kind"] == "Deployment" && text(work, "spec", "strategy", "type") != "Recreate" {
				t.Errorf("%s is two while it is replaced", name)
			}
		}
	})
}

func TestHandlingIsScaledByItsLagWithinItsPartitions(t *testing.T) {
	for _, form := range []string{"", cityDapr} {
		all, err := rendered(t, "values-city.yaml", form)
		if err != nil {
			t.Fatal(err)
		}
		partitions := at(settingsOf(t, all), "Hotline", "Kafka", "Topics", "Partitions").(float64)
		if found := len(ofKind(all, "ScaledObject")); found != 2 { // knowledge must be one process
			t.Errorf("%d are scaled by lag", found)
		}
		for _, app := range []string{"dispatch", "callback"} {
			scaler := named(all, "ScaledObject/hotline-"+app)
			if scaler == nil {
				t.Fatalf("%s is not scaled by lag", app)
			}
			if most := at(scaler, "spec", "maxReplicaCount").(float64); most > partitions || at(scaler, "spec", "minReplicaCount") != 2.0 {
				t.Errorf("%s: at most %v of %v partitions", app, most, partitions)
			}
			topics := 0
			for _, trigger := range list(scaler, "spec", "triggers") {
				if text(trigger, "type") != "kafka" {
					continue
				}
				topics++
				if text(trigger, "metadata", "consumerGroup") != app || text(trigger, "metadata", "bootstrapServers") != "kafka-bootstrap.kafka:9093" ||
					text(trigger, "metadata", "sasl") != "scram_sha512" || text(trigger, "metadata", "tls") != "enable" {
					t.Errorf("%s: %v", app, trigger)
				}
				if named(all, "TriggerAuthentication/"+text(trigger, "authenticationRef", "name")) == nil {
					t.Errorf("%s: no %s", app, text(trigger, "authenticationRef", "name"))
				}
			}
			if topics == 0 {
				t.Errorf("%s: by no topic", app)
			}
		}
		given := map[string]string{}
		for _, one := range list(ofKind(all, "TriggerAuthentication")[0], "spec", "secretTargetRef") {
			given[text(one, "parameter")] = text(one, "key")
		}
		if fmt.Sprint(given) != "map[ca:ca.crt password:password username:username]" {
			t.Errorf("%v", given)
		}
	}
}

// Helm makes hooks before all else, in the order of their weights: at a first installation nothing but hooks is there.
func TestTheMigrationGoesBeforeEverythingAndNeedsNothingThatComesLater(t *testing.T) {
	each(t, func(t *testing.T, form string, all []object) {
		jobs := ofKind(all, "Job")
		if !strings.HasPrefix(form, "city") {
			if len(jobs) != 0 {
				t.Error("there is nothing to migrate")
			}
			return
		}
		if len(jobs) != 1 {
			t.Fatalf("%d jobs", len(jobs))
		}
		job := jobs[0]
		weight := func(name string) int {
			one := named(all, name)
			if one == nil || text(one, "metadata", "annotations", "helm.sh/hook") != "pre-install,pre-upgrade" {
				t.Fatalf("%s is not there before an installation", name)
			}
			number, err := strconv.Atoi(text(one, "metadata", "annotations", "helm.sh/hook-weight"))
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
		own := weight(nameOf(job))
		needs := []string{"ServiceAccount/" + text(podOf(job), "serviceAccountName"), "NetworkPolicy/hotline-migrate"}
		for _, volume := range list(podOf(job), "volumes") {
			if config := text(volume, "configMap", "name"); config != "" {
				needs = append(needs, "ConfigMap/"+config)
			}
			if at(volume, "persistentVolumeClaim") != nil {
				t.Error("it mounts a volume that is not there yet")
			}
		}
		if len(needs) != 3 {
			t.Errorf("it needs %v", needs)
		}
		for _, need := range needs {
			if weight(need) >= own {
				t.Errorf("%s comes after it", need)
			}
		}
		container := containers(job)[0]
		if fmt.Sprint(container["args"]) != "[migrate]" || text(container, "image") != "hotline-all-in-one:0.1.0" || envOf(container, "Hotline__EventLog") != "Kafka" {
			t.Errorf("%v", container)
		}
		if envOf(container, "Hotline__Documents") != envOf(containers(workloadOf(t, all, "dispatch"))[0], "Hotline__Documents") {
			t.Error("it prepares another store")
		}
		if strings.Contains(fmt.Sprint(podOf(job)), "EdgeKey") {
			t.Error("it holds what it does not need")
		}
		if text(podOf(job), "restartPolicy") != "Never" || at(job, "spec", "activeDeadlineSeconds") == nil {
			t.Error("it may go on for ever")
		}
		for _, one := range all {
			if _, hook := at(one, "metadata", "annotations", "helm.sh/hook").(string); hook && text(one, "metadata", "name") != "hotline-migrate" {
				t.Errorf("%s is a hook", nameOf(one))
			}
		}
		settings := object{}
		if err := json.Unmarshal([]byte(text(named(all, "ConfigMap/hotline-migrate"), "data", "hotline.json")), &settings); err != nil || fmt.Sprint(settings) != fmt.Sprint(settingsOf(t, all)) {
			t.Error("it has other settings than the services")
		}
	})
}

func TestSidecarsStandWhereEventsAreAndNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, form string, all []object) {
		dapr := strings.Contains(form, "dapr")
		apps := map[string]bool{}
		for _, work := range workloads(all) {
			app, notes := appOf(work), at(work, "spec", "template", "metadata", "annotations")
			annotation := func(name string) string { return text(notes, "dapr.io/"+name) }
			if want := dapr && app != "gateway" && app != "supervision-line"; (annotation("enabled") == "true") != want {
				t.Errorf("%s has a sidecar: %q", app, annotation("enabled"))
			} else if !want {
				continue
			}
			apps[app] = true
			port := fmt.Sprint(at(list(containers(work)[0], "ports")[0], "containerPort"))
			if annotation("app-id") != app || annotation("app-port") != port || envOf(containers(work)[0], "Hotline__EventLog") != "Dapr" {
				t.Errorf("%s: %v", app, notes)
			}
			if named(all, "Configuration/"+annotation("config")) == nil {
				t.Errorf("%s: no %s", app, annotation("config"))
			}
			if annotation("sidecar-memory-limit") == "" || annotation("sidecar-cpu-request") == "" {
				t.Errorf("%s: its sidecar has no limits", app)
			}
			if strings.Contains(fmt.Sprint(podOf(work)), "sasl.password") {
				t.Errorf("%s holds Kafka's password beside its sidecar", app)
			}
		}
		if !dapr {
			return
		}
		for _, kind := range []string{"Component", "Resiliency"} {
			scopes := list(ofKind(all, kind)[0], "scopes")
			if len(scopes) != len(apps) {
				t.Errorf("%s is for %v", kind, scopes)
			}
			for _, app := range scopes {
				if !apps[app.(string)] {
					t.Errorf("%s is for %v", kind, app)
				}
			}
		}
		options := map[string]string{}
		for _, item := range list(named(all, "Component/hotline-pubsub"), "spec", "metadata") {
			options[text(item, "name")] = text(item, "value") + text(item, "secretKeyRef", "key")
		}
		for name, want := range map[string]string{"saslMechanism": "SHA-512", "saslPassword": "password", "caCert": "ca.crt", "disableTls": "false", "initialOffset": "oldest"} {
			if options[name] != want {
				t.Errorf("%s is %q", name, options[name])
			}
		}
		spec := at(ofKind(all, "Resiliency")[0], "spec")
		for component, ways := range at(spec, "targets", "components").(object) {
			if named(all, "Component/"+component) == nil {
				t.Errorf("no component %s", component)
			}
			for _, way := range ways.(object) {
				for kind, policy := range way.(object) {
					group := map[string]string{"timeout": "timeouts", "retry": "retries", "circuitBreaker": "circuitBreakers"}[kind]
					if at(spec, "policies", group, policy.(string)) == nil {
						t.Errorf("there is no %s %s", kind, policy)
					}
				}
			}
		}
	})
}

func settingsOf(t *testing.T, all []object) object {
	t.Helper()
	settings := object{}
	if err := json.Unmarshal([]byte(text(named(all, "ConfigMap/hotline"), "data", "hotline.json")), &settings); err != nil {
		t.Fatal(err)
	}
	return settings
}

func contained(list []string, value string) bool {
	for _, one := range list {
		if one == value {
			return true
		}
	}
	return false
}
