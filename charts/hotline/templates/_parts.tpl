{{/* Parts of pods. Each takes a dict: root is the chart's own scope. */}}

{{- define "hotline.labels" -}}
app.kubernetes.io/part-of: hotline
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/name: {{ .name }}
{{- end }}

{{/* name, image */}}
{{- define "hotline.image" -}}
{{- $image := .root.Values.image -}}
{{- .image | default (print $image.prefix .name (ternary (print ":" $image.tag) "" (ne $image.tag ""))) -}}
{{- end }}

{{/* A program: name, port, edge (Direct or Gateway), log, secrets (mounted or not), keys (a folder, or empty for the data's own), resources */}}
{{- define "hotline.container" -}}
name: {{ .name }}
image: {{ include "hotline.image" . | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args: ["--urls=http://*:{{ int .port }}"]
env:
  - { name: Hotline__Config, value: /etc/hotline/hotline.json }
  - { name: Hotline__Data, value: {{ .data }} }
  - { name: Hotline__Edge, value: {{ .edge }} }
  - { name: Hotline__EventLog, value: {{ .log }} }
  {{- if .quiet }}
  - { name: Hotline__Otlp, value: "" }
  {{- end }}
  {{- if .keys }}
  - { name: Hotline__Keys, value: {{ .keys }} }
  {{- end }}
  {{- if .secrets }}
  - { name: Hotline__Secrets, value: /run/secrets/hotline }
  {{- end }}
ports:
  - { name: {{ .portName }}, containerPort: {{ int .port }} }
startupProbe: { httpGet: { path: /health/live, port: {{ .portName }} }, periodSeconds: 2, failureThreshold: 90 }
livenessProbe: { httpGet: { path: /health/live, port: {{ .portName }} }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }
readinessProbe: { httpGet: { path: /health/ready, port: {{ .portName }} }, periodSeconds: 5, timeoutSeconds: 3 }
{{- if .drains }}
lifecycle: { preStop: { sleep: { seconds: 5 } } } # until nobody sends to it any more; for a pod without another one it would only be a longer outage
{{- end }}
resources: {{- toYaml .resources | nindent 2 }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  privileged: false
  capabilities: { drop: [ALL] }
  seccompProfile: { type: RuntimeDefault }
volumeMounts:
  - { name: config, mountPath: /etc/hotline, readOnly: true }
  - { name: tmp, mountPath: /tmp }
  - { name: data, mountPath: {{ .data }} }
  {{- if .keys }}
  - { name: token-keys, mountPath: {{ .keys }} }
  {{- end }}
  {{- if .secrets }}
  - { name: secrets, mountPath: /run/secrets/hotline, readOnly: true }
  {{- end }}
{{- end }}

{{/* The pod's volumes but its own data: secrets, keys */}}
{{- define "hotline.volumes" -}}
- { name: config, configMap: { name: {{ .root.Release.Name }} } }
- { name: tmp, emptyDir: { sizeLimit: 1Gi } }
{{- if .keys }}
- { name: token-keys, persistentVolumeClaim: { claimName: {{ .root.Release.Name }}-token-keys } }
{{- end }}
{{- if .secrets }}
- name: secrets
  projected:
    defaultMode: 288 # 0440: root's, read by the pod's group
    sources:
      {{- range .secrets }}
      - secret:
          name: {{ .secret }}
          {{- if .optional }}
          optional: true
          {{- end }}
          items:
            {{- range $option, $key := .keys }}
            - { key: {{ $key | quote }}, path: {{ $option | replace ":" "__" | quote }} }
            {{- end }}
      {{- end }}
{{- end }}
{{- end }}

{{/* What a values file asks for that cannot run is refused here, with the reason. */}}
{{- define "hotline.refuse" -}}
{{- $values := .Values -}}
{{- range $port, $provider := dict "documents" $values.documents "blobs" $values.blobs "eventLog" $values.eventLog -}}
{{- if not (has $provider $values.providers) -}}
{{- fail (printf "%s: %s names a provider that is not in the images of this version. They have: %s." $port $provider (join ", " $values.providers)) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $values.form "separate") (ne $values.eventLog "Kafka") -}}
{{- fail "form: separate gives each service a store of its own, so nobody would read the embedded log of another: set eventLog: Kafka, or take form: one-pod." -}}
{{- end -}}
{{- if and (eq $values.form "separate") (not $values.shared.secrets) -}}
{{- fail "form: separate needs the Secret of Hotline:EdgeKey in shared.secrets: gateway and services sign and check with it." -}}
{{- end -}}
{{- end }}

{{/* hotline.json: the settings of the values, and where the services are. */}}
{{- define "hotline.config" -}}
{{- $addresses := dict -}}
{{- if eq .Values.form "separate" -}}
{{- range $name, $service := .Values.services -}}
{{- $addresses = set $addresses $name (printf "http://%s-%s:%d" $.Release.Name $name (int $service.port)) -}}
{{- end -}}
{{- end -}}
{{- $api := eq .Values.form "separate" | ternary (printf "http://%s-gateway:%d" .Release.Name (int .Values.gateway.port)) (printf "http://127.0.0.1:%d" (int .Values.gateway.port)) -}}
{{- $own := dict "Gateway" $addresses "Desk" (dict "Api" $api) -}}
{{- if .Values.organization }}{{ $own = set $own "Organization" "/etc/hotline/organization.json" }}{{ end -}}
{{- dict "Hotline" (mergeOverwrite $own (deepCopy .Values.config)) | toPrettyJson -}}
{{- end }}
