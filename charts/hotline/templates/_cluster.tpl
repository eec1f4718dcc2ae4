{{/* Parts that only a city has: stores and brokers outside, scaling by lag, sidecars. */}}

{{/* Rules of a NetworkPolicy to the brokers and to MongoDB: values, events, documents */}}
{{- define "hotline.stores" -}}
{{- if and .events .values.network.kafka.peers }}
- to: {{- toYaml .values.network.kafka.peers | nindent 4 }}
  ports: [{ port: {{ int .values.network.kafka.port }}, protocol: TCP }]
{{- end }}
{{- if and (eq (.documents | default "") "MongoDB") .values.network.mongodb.peers }}
- to: {{- toYaml .values.network.mongodb.peers | nindent 4 }}
  ports: [{ port: {{ int .values.network.mongodb.port }}, protocol: TCP }]
{{- end }}
{{- end }}

{{/* A service's pods by the lag of its consumer group, and by their processors: root, pod, full, labels */}}
{{- define "hotline.byLag" }}
{{- $root := .root }}
{{- $pod := .pod }}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ .full }}
  labels: {{- include "hotline.labels" .labels | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ .full }} }
  minReplicaCount: {{ int $pod.count.least }}
  maxReplicaCount: {{ int $pod.count.most }}
  pollingInterval: 15
  fallback: { failureThreshold: 4, replicas: {{ int $pod.count.least }} }
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleDown: { stabilizationWindowSeconds: 600 } # each change of their number stops the whole group for a moment
  triggers:
    {{- range $pod.topics }}
    - type: kafka
      metadata:
        bootstrapServers: {{ include "hotline.brokers" $root | quote }}
        consumerGroup: {{ $pod.name }}
        topic: {{ . }}
        lagThreshold: {{ int $root.Values.keda.lag | quote }}
        offsetResetPolicy: earliest
        {{- with include "hotline.sasl" $root }}
        sasl: {{ get (dict "PLAIN" "plaintext" "SCRAM-SHA-256" "scram_sha256" "SCRAM-SHA-512" "scram_sha512") . | required (printf "keda.enabled: KEDA's name for sasl.mechanism %s is not known here." .) }}
        {{- end }}
        tls: {{ ternary "enable" "disable" (eq (include "hotline.tls" $root) "true") }}
      {{- if include "hotline.credentials" (dict "root" $root "names" (include "hotline.kedaNames" $root | fromYaml)) }}
      authenticationRef: { name: {{ $root.Release.Name }}-kafka }
      {{- end }}
    {{- end }}
    - type: cpu
      metricType: Utilization
      metadata: { value: {{ int ($pod.count.cpuPercent | default 70) | quote }} }
{{- end }}

{{- define "hotline.kedaNames" -}}
{ "sasl.username": username, "sasl.password": password, "ssl.ca.pem": ca, "ssl.certificate.pem": cert, "ssl.key.pem": key }
{{- end }}
{{- define "hotline.daprNames" -}}
{ "sasl.username": saslUsername, "sasl.password": saslPassword, "ssl.ca.pem": caCert, "ssl.certificate.pem": clientCert, "ssl.key.pem": clientKey }
{{- end }}

{{/* What others call the options of Kafka's client that lie in Secrets, a line "their-name secret key" each: root, names */}}
{{- define "hotline.credentials" -}}
{{- $root := .root -}}
{{- range $option, $theirs := .names -}}
{{- with include "hotline.option" (dict "secrets" $root.Values.kafka.secrets "option" (print "Hotline:Kafka:Client:" $option)) }}
{{ $theirs }} {{ . }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Annotations by which Dapr's injector gives a pod its sidecar: root, pod */}}
{{- define "hotline.sidecar" -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .pod.name }} # also the consumer group
dapr.io/app-port: {{ int .pod.port | quote }}
dapr.io/app-protocol: http
dapr.io/config: {{ .root.Release.Name }}-dapr
dapr.io/max-body-size: 16Mi # an event may have 8 MiB; Dapr's own limit is 4
dapr.io/placement-host-address: "" # no actors
dapr.io/disable-builtin-k8s-secret-store: "true" # secrets are files; the sidecar may read none
{{- with .root.Values.dapr.tokens }}
dapr.io/app-token-secret: {{ . }}
dapr.io/api-token-secret: {{ . }}
{{- end }}
{{- range $kind, $amounts := .root.Values.dapr.resources }}
{{- range $what, $amount := $amounts }}
dapr.io/sidecar-{{ $what }}-{{ trimSuffix "s" $kind }}: {{ $amount | quote }}
{{- end }}
{{- end }}
{{- end }}
