{{/* An image of ours: taidon.image (dict "root" . "repository" "taidon/operator"). */}}
{{- define "taidon.image" -}}
{{- include "taidon.withRegistry" (dict "root" .root "image" (printf "%s:%s" .repository (.root.Values.image.tag | default .root.Chart.AppVersion))) -}}
{{- end -}}

{{- define "taidon.withRegistry" -}}
{{- if .root.Values.image.registry }}{{ trimSuffix "/" .root.Values.image.registry }}/{{ end }}{{ .image }}
{{- end -}}

{{/* Labels: taidon.labels (dict "root" . "component" "operator"). */}}
{{- define "taidon.labels" -}}
{{ include "taidon.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "taidon.selector" -}}
app.kubernetes.io/name: taidon
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "taidon.pullSecrets" -}}
{{- with .Values.image.pullSecret }}
imagePullSecrets:
  - name: {{ . }}
{{- end }}
{{- end -}}

{{- define "taidon.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Replicas prefer different nodes. */}}
{{- define "taidon.spread" -}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "taidon.selector" . | nindent 14 }}
{{- end -}}

{{/* What every pod that needs no privilege has. */}}
{{- define "taidon.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "taidon.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- define "taidon.gatewayHost" -}}
{{- .Values.gateway.host | default (printf "taidon-gateway.%s.svc" .Release.Namespace) -}}
{{- end -}}

{{- define "taidon.sharedSecret" -}}
{{- .Values.gateway.sharedSecretName | default "taidon-gateway-shared" -}}
{{- end -}}
