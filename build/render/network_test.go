package main

import (
	"fmt"
	"testing"
)

// Who may reach whom is worked out from the policies, as Kubernetes does: a connection needs a rule at both ends, once a policy selects an end.
func TestOnlyTheGatewayReachesServices(t *testing.T) {
	all, err := rendered(t, "values-city.yaml", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range workloads(all) {
		for _, to := range workloads(all) {
			for _, container := range containers(to) {
				for _, port := range list(container, "ports") {
					a, b := appOf(from), appOf(to)
					want := a != b && (a == "gateway" || (a == "desk" && b == "gateway"))
					if got := reaches(all, from, to, at(port, "containerPort").(float64)); got != want {
						t.Errorf("%s reaches %s: %v", a, b, got)
					}
				}
			}
		}
	}
}

func TestTheSupervisionLineCallsNobody(t *testing.T) {
	all, err := rendered(t, "values-city.yaml", "")
	if err != nil {
		t.Fatal(err)
	}
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
	all, err := rendered(t, "values-city.yaml", "")
	if err != nil {
		t.Fatal(err)
	}
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
		for _, work := range workloads(all) {
			for _, way := range []string{"Ingress", "Egress"} {
				if len(policiesOf(all, work, way)) < 2 { // its own, and the one that allows nothing
					t.Errorf("%s: %s is open", nameOf(work), way)
				}
			}
		}
	})
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
