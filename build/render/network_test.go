package main

import (
	"fmt"
	"strings"
	"testing"
)

// Who may reach whom is worked out from the policies, as Kubernetes does: a connection needs a rule at both ends, once a policy selects an end.
func TestOnlyTheGatewaysReachServices(t *testing.T) {
	partners := map[string]bool{"dispatch": true, "knowledge": true, "callback": true, "intake-partners": true}
	eachCity(t, func(t *testing.T, _ string, all []object) {
		for _, from := range append(workloads(all), ofKind(all, "Job")...) {
			for _, to := range append(workloads(all), ofKind(all, "Job")...) {
				for _, container := range containers(to) {
					for _, port := range list(container, "ports") {
						a, b := appOf(from), appOf(to)
						want := a == "gateway" && b != "gateway" && b != "partner-gateway" || a == "desk" && b == "gateway" || a == "partner-gateway" && partners[b]
						if got := reaches(all, from, to, at(port, "containerPort").(float64)); got != want {
							t.Errorf("%s reaches %s: %v", a, b, got)
						}
					}
				}
			}
		}
	})
}

func TestTheVaultIsReachedByTheGatewayAlone(t *testing.T) {
	eachCity(t, func(t *testing.T, _ string, all []object) {
		vault := workloadOf(t, all, "supervision-line")
		for _, policy := range policiesOf(all, vault, "Ingress") {
			for _, rule := range list(policy, "spec", "ingress") {
				for _, peer := range list(rule, "from") {
					if at(peer, "ipBlock") != nil || at(peer, "namespaceSelector") != nil || text(peer, "podSelector", "matchLabels", "app.kubernetes.io/name") != "gateway" {
						t.Errorf("it lets in %v", peer)
					}
				}
			}
		}
		container := containers(vault)[0]
		if at(vault, "spec", "replicas") != 1.0 || envOf(container, "Hotline__Documents") != "Sqlite" || claimOf(vault, mountOf(container, "/data")) == nil {
			t.Error("it does not keep its own store on its own volume")
		}
	})
}

// Which pods may go to stores and brokers: whoever has nothing to do there may not.
func TestOnlyWhoKeepsDocumentsReachesMongoDBAndOnlyWhoHasEventsKafka(t *testing.T) {
	eachCity(t, func(t *testing.T, form string, all []object) {
		for _, work := range append(workloads(all), ofKind(all, "Job")...) {
			app := appOf(work)
			inside := app != "gateway" && app != "partner-gateway" && app != "supervision-line"
			if got := goesTo(all, work, "kafka", 9093); got != inside {
				t.Errorf("%s goes to Kafka: %v", app, got)
			}
			if got, want := goesTo(all, work, "mongodb", 27017), inside && !strings.Contains(form, "sqlite"); got != want {
				t.Errorf("%s goes to MongoDB: %v", app, got)
			}
			if got, want := goesTo(all, work, "dapr-system", 50001), inside && app != "migrate" && strings.Contains(form, "dapr"); got != want {
				t.Errorf("%s goes to Dapr's control plane: %v", app, got)
			}
		}
	})
}

func TestThePartnerGatewayIsApart(t *testing.T) {
	each(t, func(t *testing.T, form string, all []object) {
		want := strings.HasPrefix(form, "city-partners")
		if there := named(all, "Deployment/hotline-partner-gateway") != nil; there != want {
			t.Fatalf("it is there: %v", there)
		}
		if !want {
			if found := len(ofKind(all, "Ingress")); found != 0 {
				t.Errorf("%d Ingresses", found)
			}
			return
		}
		work := workloadOf(t, all, "partner-gateway")
		peers := list(list(named(all, "NetworkPolicy/hotline-partner-gateway"), "spec", "ingress")[0], "from")
		if len(peers) != 1 || text(peers[0], "ipBlock", "cidr") != "198.51.100.0/24" {
			t.Errorf("it lets in %v", peers)
		}
		rules := list(ofKind(all, "Ingress")[0], "spec", "rules")
		if text(rules[0], "host") != "partners.12345.example.gov.cn" || text(list(rules[0], "http", "paths")[0], "backend", "service", "name") != "hotline-partner-gateway" {
			t.Errorf("%v", rules)
		}
		held := map[string]bool{}
		for _, volume := range list(podOf(work), "volumes") {
			for _, source := range list(volume, "projected", "sources") {
				held[text(source, "secret", "name")] = true
			}
		}
		if len(held) != 2 || !held["hotline-edge"] || !held["hotline-partners"] {
			t.Errorf("it holds %v", held)
		}
	})
}

func TestTheSupervisionLineCallsNobody(t *testing.T) {
	eachCity(t, callsNobody)
}

func callsNobody(t *testing.T, _ string, all []object) {
	for _, policy := range ofKind(all, "NetworkPolicy") {
		if text(policy, "metadata", "name") == "hotline-supervision-line" {
			if len(list(policy, "spec", "egress")) != 0 {
				t.Errorf("it may go to %v", at(policy, "spec", "egress"))
			}
			if from := list(policy, "spec", "ingress"); len(from) != 1 || len(list(from[0], "from")) != 1 {
				t.Errorf("it lets in %v", from)
			}
		}
	}
	for _, work := range workloads(all) {
		if appOf(work) != "supervision-line" {
			continue
		}
		container := containers(work)[0]
		if envOf(container, "Hotline__EventLog") != "Sqlite" || envOf(container, "Hotline__Otlp") != "" {
			t.Error("it writes events or traces where others read them")
		}
		for _, volume := range list(podOf(work), "volumes") {
			for _, source := range list(volume, "projected", "sources") {
				if text(source, "secret", "name") != "hotline-edge" {
					t.Errorf("it holds %s", text(source, "secret", "name"))
				}
			}
		}
		return
	}
	t.Error("there is no supervision line")
}

// Two zones: what talks with platforms outside may go out by the ports it names; what holds the office's own work may not.
func TestOnlyTheOpenZoneGoesOut(t *testing.T) {
	eachCity(t, zonesHold)
}

func zonesHold(t *testing.T, _ string, all []object) {
	zones := map[interface{}]int{}
	for _, work := range workloads(all) {
		zone := labelsOf(work)["hotline/zone"]
		zones[zone]++
		for _, policy := range policiesOf(all, work, "Egress") {
			for _, rule := range list(policy, "spec", "egress") {
				if len(list(rule, "to")) == 0 || len(list(rule, "ports")) == 0 {
					t.Errorf("%s may go anywhere", nameOf(policy))
				}
				for _, peer := range list(rule, "to") {
					if at(peer, "ipBlock") != nil && zone != "open" {
						t.Errorf("%s of the zone %v goes out", nameOf(policy), zone)
					}
				}
			}
		}
	}
	if zones["open"] < 2 || zones["inner"] < 2 || zones["sealed"] != 1 {
		t.Errorf("%v", zones)
	}
}

func TestNothingIsWithoutAPolicy(t *testing.T) {
	each(t, func(t *testing.T, _ string, all []object) {
		for _, work := range append(workloads(all), ofKind(all, "Job")...) {
			for _, way := range []string{"Ingress", "Egress"} {
				policies := policiesOf(all, work, way)
				if len(policies) < 2 { // its own, and the one that allows nothing
					t.Errorf("%s: %s is open", nameOf(work), way)
				}
				for _, policy := range policies {
					for _, rule := range list(policy, "spec", strings.ToLower(way)) {
						// To Kubernetes a rule without peers is for all of them, one without ports for all ports.
						if len(list(rule, "from"))+len(list(rule, "to")) == 0 || len(list(rule, "ports")) == 0 {
							t.Errorf("%s: %s is open by %v", nameOf(policy), way, rule)
						}
					}
				}
			}
		}
	})
}

// eachCity goes through the forms with pods for each service.
func eachCity(t *testing.T, test func(t *testing.T, form string, all []object)) {
	t.Helper()
	each(t, func(t *testing.T, form string, all []object) {
		if strings.HasPrefix(form, "city") {
			test(t, form, all)
		}
	})
}

// goesTo tells whether a workload may go to a namespace at a port.
func goesTo(all []object, work object, namespace string, port float64) bool {
	for _, policy := range policiesOf(all, work, "Egress") {
		for _, rule := range list(policy, "spec", "egress") {
			fits := false
			for _, one := range list(rule, "ports") {
				fits = fits || at(one, "port") == port
			}
			for _, peer := range list(rule, "to") {
				if fits && text(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name") == namespace {
					return true
				}
			}
		}
	}
	return false
}

func policiesOf(all []object, work object, way string) []object {
	var out []object
	for _, policy := range ofKind(all, "NetworkPolicy") {
		for _, one := range list(policy, "spec", "policyTypes") {
			if one == way && selects(at(policy, "spec", "podSelector", "matchLabels").(object), labelsOf(work)) {
				out = append(out, policy)
			}
		}
	}
	return out
}

func reaches(all []object, from, to object, port float64) bool {
	allowed := func(policies []object, rules, peers string, other object) bool {
		for _, policy := range policies {
			for _, rule := range list(policy, "spec", rules) {
				fits := false
				for _, one := range list(rule, "ports") {
					fits = fits || at(one, "port") == port
				}
				for _, peer := range list(rule, peers) {
					selector, isPod := at(peer, "podSelector", "matchLabels").(object)
					if fits && isPod && at(peer, "namespaceSelector") == nil && selects(selector, labelsOf(other)) {
						return true
					}
				}
			}
		}
		return false
	}
	return allowed(policiesOf(all, from, "Egress"), "egress", "to", to) && allowed(policiesOf(all, to, "Ingress"), "ingress", "from", from)
}

func appOf(work object) string { return fmt.Sprint(labelsOf(work)["app.kubernetes.io/name"]) }
