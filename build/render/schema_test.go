package main

import (
	"os"
	"strings"
	"testing"
)

// A validator that lets faults through would prove nothing.
func TestFaultsAreFound(t *testing.T) {
	known, kinds, err := kubernetes()
	if os.IsNotExist(err) {
		t.Skip("Kubernetes' schemas do not lie beside the repository: ../shared/data/kubernetes/definitions-v1.35.0.json")
	} else if err != nil {
		t.Fatal(err)
	}
	const service = "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80 }] }\n"
	if faults := known.check("Service", kinds["v1 Service"], parsed(t, service)); len(faults) > 0 {
		t.Errorf("a good Service has faults: %v", faults)
	}
	for name, one := range map[string]struct{ kind, text, want string }{
		"unknown field":         {"v1 Service", service + "sepc: {}\n", "sepc: there is no such field"},
		"unknown field below":   {"v1 Service", strings.Replace(service, "port: 80", "port: 80, prot: TCP", 1), "prot: there is no such field"},
		"missing field":         {"v1 Service", strings.Replace(service, "port: 80", "name: x", 1), "port is missing"},
		"wrong type":            {"v1 Service", strings.Replace(service, "port: 80", "port: eighty", 1), "is no integer"},
		"not whole":             {"v1 Service", strings.Replace(service, "port: 80", "port: 8.5", 1), "is no integer"},
		"too large":             {"v1 Service", strings.Replace(service, "port: 80", "port: 8000000000", 1), "is no int32"},
		"neither text nor int":  {"v1 Service", strings.Replace(service, "port: 80", "port: 80, targetPort: []", 1), "of the forms allowed"},
		"a list for a map":      {"v1 Service", strings.Replace(service, "{ name: a }", "[]", 1), "is no object"},
		"text for a boolean":    {"v1 ConfigMap", "apiVersion: v1\nkind: ConfigMap\nimmutable: \"yes\"\n", "is no boolean"},
		"a number as env value": {"v1 Pod", "apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, env: [{ name: X, value: 1 }] }] }\n", "is no string"},
	} {
		t.Run(name, func(t *testing.T) {
			faults := strings.Join(known.check("x", kinds[one.kind], parsed(t, one.text)), "\n")
			if !strings.Contains(faults, one.want) {
				t.Errorf("found %q, not %q", faults, one.want)
			}
		})
	}
}

func TestFaultsOfKedaAndDaprAreFound(t *testing.T) {
	known, kinds, err := others()
	if err != nil {
		t.Fatal(err)
	}
	const (
		scaled    = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: a }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, minReplicaCount: 1, maxReplicaCount: 2, triggers: [{ type: kafka, metadata: { bootstrapServers: \"k:1\", consumerGroup: a, topic: a, lagThreshold: \"5\", offsetResetPolicy: earliest } }] }\n"
		component = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: a }\nspec: { type: pubsub.kafka, version: v1, metadata: [{ name: brokers, value: \"k:1\" }] }\n"
		resilient = "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: { name: a }\nspec: { policies: { timeouts: { a: 5s } }, targets: { components: { p: { outbound: { timeout: a } } } } }\n"
	)
	for name, one := range map[string]struct{ text, from, to, want string }{
		"good scaling":              {scaled, "", "", ""},
		"good component":            {component, "", "", ""},
		"good policies":             {resilient, "", "", ""},
		"a number as metadata":      {scaled, "\"5\"", "5", "of the forms allowed"},
		"a trigger of another kind": {scaled, "type: kafka", "type: kafla", "of the forms allowed"},
		"an unknown field":          {scaled, "minReplicaCount", "minReplicas", "minReplicas: there is no such field"},
		"no triggers":               {scaled[:strings.Index(scaled, "[")] + "[] }", "", "", "0 items"},
		"an unknown option":         {component, "name: brokers", "name: broker", "of the forms allowed"},
		"scopes in the spec":        {component, "spec: {", "spec: { scopes: [a],", "scopes: there is no such field"},
		"a duration without unit":   {resilient, "5s", "\"5\"", "does not match"},
		"an old word":               {resilient, "outbound", "output", "output: there is no such field"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(one.text, one.from, one.to, 1)
			whole := parsed(t, text)
			faults := strings.Join(known.check("x", kinds[whole["apiVersion"].(string)+" "+whole["kind"].(string)], whole), "\n")
			if one.want == "" && faults != "" || !strings.Contains(faults, one.want) {
				t.Errorf("found %q, not %q", faults, one.want)
			}
		})
	}
}

func TestWordsTheValidatorDoesNotKnowAreNotPassedOver(t *testing.T) {
	if faults := (&schemas{}).check("x", object{"anyOf": []interface{}{}}, "a"); len(faults) != 1 {
		t.Errorf("%v", faults)
	}
}

func parsed(t *testing.T, text string) object {
	t.Helper()
	all, err := documents(text)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v %v", all, err)
	}
	return all[0]
}
