//! `mapgen serve` on every node of a Kubernetes cluster, with no more rights than it needs.

use serde_json::{Value, json};

use super::Fleet;
use super::watch::Watch;

const BPFFS: &str = "/sys/fs/bpf";
const CONFIG: &str = "/etc/mapgen";

/// A service account without a token, the configuration where there is one, the daemon set.
pub(super) fn manifests(watch: &Watch, fleet: &Fleet) -> Vec<Value> {
    let account = json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": fleet.metadata(),
        "automountServiceAccountToken": false,
    });
    let config = watch.config.as_ref().map(|text| {
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": fleet.metadata(),
            "data": {"mapgen.toml": text},
        })
    });
    let mut manifests = vec![account];
    manifests.extend(config);
    manifests.push(daemon_set(watch.config.is_some(), fleet));
    manifests
}

/// What the command line of `mapgen serve` is there.
fn arguments(with_config: bool, fleet: &Fleet) -> Vec<String> {
    // All addresses of the pod, which has a network of its own.
    let mut arguments = vec![
        "serve".to_owned(),
        format!("--listen=0.0.0.0:{}", fleet.port),
    ];
    if fleet.pinned_only {
        arguments.push(format!("--pins={BPFFS}"));
    }
    if with_config {
        arguments.push(format!("--config={CONFIG}/mapgen.toml"));
    }
    arguments
}

fn daemon_set(with_config: bool, fleet: &Fleet) -> Value {
    let selector = json!({Fleet::APP: fleet.job});
    let mut mounts = vec![json!({
        "name": "bpffs",
        "mountPath": BPFFS,
        "readOnly": true,
        // Sees file systems that are mounted there later.
        "mountPropagation": "HostToContainer",
    })];
    let mut volumes = vec![json!({
        "name": "bpffs",
        "hostPath": {"path": BPFFS, "type": "Directory"},
    })];
    if with_config {
        mounts.push(json!({"name": "config", "mountPath": CONFIG, "readOnly": true}));
        volumes.push(json!({"name": "config", "configMap": {"name": fleet.name}}));
    }
    let probe = json!({"httpGet": {"path": "/healthz", "port": Fleet::PORT_NAME}});
    let container = json!({
        "name": "mapgen",
        "image": fleet.image,
        "args": arguments(with_config, fleet),
        "ports": [{"name": Fleet::PORT_NAME, "containerPort": fleet.port, "protocol": "TCP"}],
        "livenessProbe": probe,
        "readinessProbe": probe,
        "resources": {
            "requests": {"cpu": "10m", "memory": "32Mi"},
            "limits": {"memory": "128Mi"},
        },
        "securityContext": security(fleet.pinned_only),
        "volumeMounts": mounts,
    });
    json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": fleet.metadata(),
        "spec": {
            "selector": {"matchLabels": selector},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
            "template": {
                "metadata": {"labels": selector},
                "spec": {
                    "serviceAccountName": fleet.name,
                    "automountServiceAccountToken": false,
                    "nodeSelector": {"kubernetes.io/os": "linux"},
                    // A node that nobody may use has maps as well.
                    "tolerations": [{"operator": "Exists"}],
                    "terminationGracePeriodSeconds": 10,
                    "containers": [container],
                    "volumes": volumes,
                },
            },
        },
    })
}

/// `CAP_BPF` and `CAP_PERFMON` load the program that counts entries (`bpf_map_sum_elem_count`).
/// `BPF_MAP_GET_NEXT_ID` and `BPF_MAP_GET_FD_BY_ID`, by which maps are found that nobody has
/// pinned, ask for `CAP_SYS_ADMIN` (`bpf_obj_get_next_id` and `bpf_map_get_fd_by_id` in
/// `kernel/bpf/syscall.c`); opening a pin does not.
///
/// The user is root because Kubernetes gives capabilities to no other (it sets no ambient
/// ones), and because pins are root's as a rule.
fn security(pinned_only: bool) -> Value {
    let mut security = json!({
        "runAsUser": 0,
        "privileged": false,
        "readOnlyRootFilesystem": true,
        "capabilities": {"drop": ["ALL"], "add": ["BPF", "PERFMON"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    });
    if pinned_only {
        security["allowPrivilegeEscalation"] = false.into();
    } else {
        // With this one, Kubernetes refuses to promise that nothing can be gained.
        security["capabilities"]["add"] = json!(["BPF", "PERFMON", "SYS_ADMIN"]);
    }
    security
}
