{{/* What both services have: a deployment, a budget of disruptions, an account. */}}
{{- define "millrace.workload" -}}
{{- $name := printf "%s-%s" .root.Release.Name .component -}}
{{- $values := index .root.Values .component -}}
{{- $identity := dict "root" .root "component" .component "name" $name -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "millrace.metadata" $identity | nindent 2 }}
  {{- with $values.serviceAccountAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "millrace.metadata" $identity | nindent 2 }}
spec:
  {{- if .replicas }}
  replicas: {{ .replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  minReadySeconds: 5
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  selector:
    matchLabels:
      {{- include "millrace.labels" $identity | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "millrace.labels" $identity | nindent 8 }}
      annotations:
        # A changed setting restarts what reads it.
        checksum/settings: {{ printf "%s %s" (include "millrace.settings" .root) .settings | sha256sum }}
    spec:
      serviceAccountName: {{ $name }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "millrace.labels" $identity | nindent 14 }}
          matchLabelKeys: [pod-template-hash]
        {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ printf "%smillrace-%s:%s" .root.Values.image.registry .component (.root.Values.image.tag | default .root.Chart.AppVersion) }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          ports:
            {{- if eq .component "api" }}
            - { name: http, containerPort: 8080 }
            {{- end }}
            - { name: operations, containerPort: 9464 }
          envFrom:
            - configMapRef: { name: {{ .root.Release.Name }}-settings }
            - configMapRef: { name: {{ $name }}-settings }
            - secretRef: { name: {{ .root.Values.redis.secretName }} }
          startupProbe:
            httpGet: { path: /livez, port: operations }
            periodSeconds: 2
            failureThreshold: 30
          livenessProbe:
            httpGet: { path: /livez, port: operations }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /readyz, port: operations }
            periodSeconds: 5
            timeoutSeconds: 4
            failureThreshold: 2
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
            {{- if .hasToken }}
            - { name: operator-token, mountPath: /run/millrace/operator, readOnly: true }
            {{- end }}
      volumes:
        - name: tmp
          # A worker has tables, temporary files (SQL_TEMP_MB) and output of queries there.
          emptyDir: { sizeLimit: {{ ternary "24Gi" "256Mi" (eq .component "worker") }} }
        {{- if .hasToken }}
        - name: operator-token
          secret: { secretName: {{ .root.Values.operatorToken.secretName }}, defaultMode: 288 }
        {{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "millrace.metadata" $identity | nindent 2 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "millrace.labels" $identity | nindent 6 }}
{{- end }}
