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

{{/* Nothing a container of ours needs is more than this. */}}
{{- define "hotline.confined" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
privileged: false
capabilities: { drop: [ALL] }
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* Before an installation or upgrade, in the order of their weights; gone when it went well, kept until the next when not. */}}
{{- define "hotline.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{/*
A program: name, port, edge (Direct or Gateway), log, documents, secrets (mounted or not), resources.
keys: a folder for key files, or empty for the data's own. ownKey: the Secret its key file comes from, or empty. journal: receives into one.
*/}}
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
  - { name: Hotline__Documents, value: {{ .documents | default "Sqlite" }} }
  - { name: Hotline__Blobs, value: {{ .documents | default "Sqlite" }} }
  {{- if .journal }}
  - { name: Hotline__Journal__Folder, value: /journal }
  {{- end }}
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
securityContext: {{- include "hotline.confined" . | nindent 2 }}
volumeMounts:
  - { name: config, mountPath: /etc/hotline, readOnly: true }
  - { name: tmp, mountPath: /tmp }
  - { name: data, mountPath: {{ .data }} }
  {{- if .journal }}
  - { name: journal, mountPath: /journal }
  {{- end }}
  {{- if .keys }}
  - { name: keys, mountPath: {{ .keys }} }
  {{- end }}
  {{- if .ownKey }}
  - { name: own-key, mountPath: {{ .keys }}/{{ .name }}.key, subPath: {{ .name }}.key, readOnly: true }
  {{- end }}
  {{- if .secrets }}
  - { name: secrets, mountPath: /run/secrets/hotline, readOnly: true }
  {{- end }}
{{- end }}

{{/* The pod's volumes but its own data: secrets, keys. config: the ConfigMap's name, unless it is the release's own. */}}
{{- define "hotline.volumes" -}}
- { name: config, configMap: { name: {{ .config | default .root.Release.Name }} } }
- { name: tmp, emptyDir: { sizeLimit: 1Gi } }
{{- if .ownKey }}
- { name: keys, emptyDir: { sizeLimit: 1Mi } }
- { name: own-key, secret: { secretName: {{ .ownKey }}, defaultMode: 288, items: [{ key: {{ .name }}.key, path: {{ .name }}.key }] } }
{{- else if .keys }}
- { name: keys, persistentVolumeClaim: { claimName: {{ .root.Release.Name }}-token-keys } }
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
{{- $separate := eq $values.form "separate" -}}
{{- $shared := eq $values.documents "MongoDB" -}}
{{- range $port, $provider := dict "documents" $values.documents "blobs" $values.blobs "eventLog" $values.eventLog -}}
{{- if not (has $provider $values.providers) -}}
{{- fail (printf "%s: %s names a provider that is not in the images of this version. They have: %s." $port $provider (join ", " $values.providers)) -}}
{{- end -}}
{{- end -}}
{{- if ne $values.documents $values.blobs -}}
{{- fail (printf "blobs: %s beside documents: %s: what is received as one must lie in one store. Set both alike." $values.blobs $values.documents) -}}
{{- end -}}
{{- if not (has $values.documents (list "Sqlite" "MongoDB")) -}}
{{- fail (printf "documents: %s keeps no documents: set Sqlite or MongoDB." $values.documents) -}}
{{- end -}}
{{- if and $separate (not (has $values.eventLog (list "Kafka" "Dapr"))) -}}
{{- fail "form: separate gives each service a store of its own, so nobody would read the embedded log of another: set eventLog: Kafka or Dapr, or take form: one-pod." -}}
{{- end -}}
{{- if and (not $separate) (eq $values.eventLog "Dapr") -}}
{{- fail "eventLog: Dapr needs form: separate: a sidecar speaks for one service." -}}
{{- end -}}
{{- if and $separate (not $values.shared.secrets) -}}
{{- fail "form: separate needs the Secret of Hotline:EdgeKey in shared.secrets: gateway and services sign and check with it." -}}
{{- end -}}
{{- if $shared -}}
{{- if not $separate -}}
{{- fail "documents: MongoDB needs form: separate: what runs as one process or one pod has its store on its own volume." -}}
{{- end -}}
{{- if not $values.keys.secret -}}
{{- fail "documents: MongoDB needs keys.secret, the Secret of the services' key files: their pods have no volume that would keep them, and each pod would make its own." -}}
{{- end -}}
{{- if not (include "hotline.option" (dict "secrets" $values.mongodb.secrets "option" "Hotline:MongoDB:ConnectionString")) -}}
{{- fail "documents: MongoDB needs the Secret of Hotline:MongoDB:ConnectionString in mongodb.secrets: it holds a password." -}}
{{- end -}}
{{- end -}}
{{- range $name, $service := $values.services -}}
{{- $count := merge (dict) ($service.replicas | default dict) $values.replicas -}}
{{- $many := or (gt (int $count.most) 1) (gt (int $count.least) 1) -}}
{{- if gt (int $count.least) (int $count.most) -}}
{{- fail (printf "%s: replicas: least %d is more than most %d." $name (int $count.least) (int $count.most)) -}}
{{- end -}}
{{- if and $many $service.alone $service.replicas -}}
{{- fail (printf "%s: replicas: it must be one process, for %s." $name $service.alone) -}}
{{- end -}}
{{- if and $many (not $service.alone) $service.journal (($values.config.Calls | default dict).Url) -}}
{{- fail (printf "%s: replicas %d to %d with config.Calls.Url: each process would take a call that another has under way for one that was cut off. Set its replicas to 1." $name (int $count.least) (int $count.most)) -}}
{{- end -}}
{{- if and $many (not $shared) -}}
{{- fail (printf "%s: replicas %d to %d with documents: %s: one process at a time holds a store on SQLite. Set replicas to 1, or documents and blobs to MongoDB." $name (int $count.least) (int $count.most) $values.documents) -}}
{{- end -}}
{{- if and $many (not $service.alone) $service.topics (gt (int $count.most) (int (include "hotline.partitions" $))) -}}
{{- fail (printf "%s: replicas: most %d, but its topics have %s partitions (config.Kafka.Topics.Partitions): who has no partition reads nothing." $name (int $count.most) (include "hotline.partitions" $)) -}}
{{- end -}}
{{- end -}}
{{- if $values.keda.enabled -}}
{{- if not $shared -}}
{{- fail "keda.enabled: there is nothing to scale: with documents: Sqlite each service is one pod." -}}
{{- end -}}
{{- if and (include "hotline.sasl" .) (not (include "hotline.option" (dict "secrets" $values.kafka.secrets "option" "Hotline:Kafka:Client:sasl.username"))) -}}
{{- fail "keda.enabled: put Hotline:Kafka:Client:sasl.username into kafka.secrets beside the password: KEDA takes both from a Secret." -}}
{{- end -}}
{{- end -}}
{{- if $values.partnerGateway.enabled -}}
{{- if not $separate -}}
{{- fail "partnerGateway.enabled needs form: separate: it asks the services themselves, each at its own address." -}}
{{- end -}}
{{- if gt (int $values.partnerGateway.replicas.least) (int $values.partnerGateway.replicas.most) -}}
{{- fail (printf "partnerGateway.replicas: least %d is more than most %d." (int $values.partnerGateway.replicas.least) (int $values.partnerGateway.replicas.most)) -}}
{{- end -}}
{{- if not $values.partnerGateway.clients -}}
{{- fail "partnerGateway.clients: say who may come; to Kubernetes a rule for nobody is a rule for everybody." -}}
{{- end -}}
{{- if and $values.partnerGateway.ingress.host (not $values.partnerGateway.ingress.tlsSecret) -}}
{{- fail "partnerGateway.ingress: host needs tlsSecret: the partners' keys do not travel in clear." -}}
{{- end -}}
{{- range $values.partnerGateway.services -}}
{{- if not (hasKey $values.services .) -}}
{{- fail (printf "partnerGateway.services: there is no service %s." .) -}}
{{- end -}}
{{- if eq (get $values.services .).zone "sealed" -}}
{{- fail (printf "partnerGateway.services: %s is reached by the gateway alone." .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The Secret and key of an option, as "secret key", or nothing: secrets, option */}}
{{- define "hotline.option" -}}
{{- $option := .option -}}
{{- range .secrets -}}
{{- if hasKey .keys $option }}{{ .secret }} {{ get .keys $option }}{{ end -}}
{{- end -}}
{{- end }}

{{/* What the options of Kafka's client say, for others that speak with the same brokers: the SASL mechanism, or nothing; whether by TLS. */}}
{{- define "hotline.sasl" -}}
{{- $client := (.Values.config.Kafka | default dict).Client | default dict -}}
{{- if contains "sasl" (get $client "security.protocol" | toString | lower) }}{{ get $client "sasl.mechanism" | default "PLAIN" }}{{ end -}}
{{- end }}
{{- define "hotline.tls" -}}
{{- $client := (.Values.config.Kafka | default dict).Client | default dict -}}
{{- if contains "ssl" (get $client "security.protocol" | toString | lower) }}true{{ end -}}
{{- end }}
{{- define "hotline.brokers" -}}
{{- (.Values.config.Kafka | default dict).BootstrapServers | default "" -}}
{{- end }}
{{- define "hotline.partitions" -}}
{{- $topics := (.Values.config.Kafka | default dict).Topics | default dict -}}
{{- int ($topics.Partitions | default 1) -}}
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
