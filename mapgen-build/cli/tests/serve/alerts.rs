//! From packets to an alert: the sample `flow`, the exporter, Prometheus with the rules that
//! `mapgen rules` writes, Alertmanager, and who it tells.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use mapgen_test_support::skipped;
use serde_json::Value;

use crate::exporter::{Exporter, ask, eventually};
use crate::maps;
use crate::network::Network;

const POLICY: &str = "[thresholds]\nconns = { warning = 0.05 }\n";

/// A process that is killed when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Starts a server whose output goes into a file; `None` where it is not installed.
fn server(name: &str, folder: &Path, arguments: &[String]) -> Option<Server> {
    let log = || fs::File::create(folder.join(format!("{name}.log"))).expect("a file");
    let mut command = Command::new(name);
    command.args(arguments).current_dir(folder);
    command.stdout(Stdio::null()).stderr(log());
    // SAFETY: one system call between fork and exec. A test that is killed takes it along.
    unsafe {
        command.pre_exec(|| {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            Ok(())
        });
    }
    command.spawn().ok().map(Server)
}

/// A port of this host that nobody listens on, or did a moment ago.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// Whether a server answers that it is ready.
fn is_ready(address: SocketAddr) -> bool {
    std::net::TcpStream::connect(address).is_ok()
        && ask(address, "GET", "/-/ready", CLOSE).status == 200
}

const CLOSE: &str = "Connection: close\r\nAccept: application/json\r\n";

/// Who is told: each alert of each notification.
fn receiver() -> (SocketAddr, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (send, alerts) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            let mut length = 0;
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                let lower = line.to_ascii_lowercase();
                if let Some(number) = lower.strip_prefix("content-length:") {
                    length = number.trim().parse().expect("a number");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            reader.into_inner().write_all(answer).ok();
            let told: Value = serde_json::from_slice(&body).expect("JSON");
            for alert in told["alerts"].as_array().expect("a list") {
                if send.send(alert.clone()).is_err() {
                    return;
                }
            }
        }
    });
    (address, alerts)
}

/// What `mapgen rules` writes for the sample, with a warning that waits for a second.
fn rules(object: &str, config: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mapgen"))
        .args(["rules", object, "--config", config])
        .output()
        .expect("the command starts");
    assert!(output.status.success());
    let rules = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(rules.contains("for: \"1m\""), "{rules}");
    rules.replace("for: \"1m\"", "for: \"1s\"")
}

#[test]
fn an_alert_comes_when_packets_fill_the_map_and_goes_when_it_is_drained() {
    if maps::hash("conns", 10).is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let (prometheus, alertmanager) = (free(), free());
    let (webhook, told) = receiver();

    fs::write(
        path("alertmanager.yaml"),
        format!(
            "route: {{receiver: test, group_by: ['...'], group_wait: 0s, group_interval: 1s}}\n\
             receivers:\n- name: test\n  webhook_configs:\n\
             \x20 - {{url: 'http://{webhook}/', send_resolved: true}}\n"
        ),
    )
    .expect("a file");
    let arguments = [
        "--config.file=alertmanager.yaml".to_owned(),
        "--storage.path=alertmanager".to_owned(),
        "--cluster.listen-address=".to_owned(),
        format!("--web.listen-address={alertmanager}"),
    ];
    let Some(_alertmanager) = server("prometheus-alertmanager", folder.path(), &arguments) else {
        return skipped("Alertmanager (Debian and Ubuntu: `prometheus-alertmanager`)");
    };

    let network = Network::new();
    let object = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../ebpf-samples/objects/el/flow.bpf.o"
    );
    fs::write(path("mapgen.toml"), POLICY).expect("a file");
    let config = path("mapgen.toml");
    let config = config.to_str().expect("UTF-8");
    // Other tests have maps of this name.
    let ids: Vec<String> = network.ids.iter().map(|id| format!("--id={id}")).collect();
    let mut arguments = vec![object, "--config", config];
    arguments.extend(ids.iter().map(String::as_str));
    let exporter = Exporter::start(&arguments);

    fs::write(path("rules.yaml"), rules(object, config)).expect("a file");
    fs::write(
        path("prometheus.yaml"),
        format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\n\
             rule_files: [rules.yaml]\n\
             alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}\n\
             scrape_configs: [{{job_name: mapgen, static_configs: [{{targets: ['{}']}}]}}]\n",
            exporter.address
        ),
    )
    .expect("a file");
    let arguments = [
        "--config.file=prometheus.yaml".to_owned(),
        "--storage.tsdb.path=prometheus".to_owned(),
        format!("--web.listen-address={prometheus}"),
    ];
    let Some(_prometheus) = server("prometheus", folder.path(), &arguments) else {
        return skipped("Prometheus (Debian and Ubuntu: `prometheus`)");
    };
    eventually("both are ready", || {
        is_ready(alertmanager) && is_ready(prometheus)
    });
    eventually("Prometheus scrapes", || {
        let query = "/api/v1/query?query=ebpf_map_entries%7Bmap_name%3D%22conns%22%7D";
        let found = json(prometheus, query);
        found["data"]["result"][0]["value"][1] == "0"
    });

    let entries = network.send(5000);
    assert!(entries >= 5000, "{entries}");
    let conns = network.conns.to_string();
    let firing = wait_for(&told, "firing", Duration::from_secs(30));
    let labels = &firing["labels"];
    for (name, value) in [
        ("alertname", "EbpfMapFillingUp"),
        ("severity", "warning"),
        ("runbook", "grow"),
        ("threshold", "0.05"),
        ("map_name", "conns"),
        ("map_type", "hash"),
        ("object", "flow"),
        ("map_id", &conns),
        ("job", "mapgen"),
        ("instance", &exporter.address.to_string()),
    ] {
        assert_eq!(labels[name], value, "{firing:#}");
    }
    let summary = &firing["annotations"]["summary"];
    assert_eq!(summary, "An eBPF map is at or over 5 % of its capacity");
    let listed = json(alertmanager, "/api/v2/alerts");
    let fills: Vec<&Value> = listed
        .as_array()
        .expect("a list")
        .iter()
        .filter(|alert| alert["labels"]["alertname"] == "EbpfMapFillingUp")
        .collect();
    assert_eq!(fills.len(), 1, "{listed:#}");
    assert_eq!(fills[0]["status"]["state"], "active");

    assert_eq!(network.drain(), 0);
    // A violation lasts a minute at least, so that a spike is seen.
    let resolved = wait_for(&told, "resolved", Duration::from_secs(80));
    assert_eq!(resolved["labels"], *labels);
    assert_eq!(resolved["startsAt"], firing["startsAt"]);
}

fn json(address: SocketAddr, path: &str) -> Value {
    let body = ask(address, "GET", path, CLOSE).body;
    // What has a length has no chunks around it.
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
}

/// The next alert about a fill level in this state.
fn wait_for(told: &Receiver<Value>, state: &str, patience: Duration) -> Value {
    let begin = Instant::now();
    loop {
        let left = patience.saturating_sub(begin.elapsed());
        let alert = told.recv_timeout(left);
        let alert = alert.unwrap_or_else(|_| panic!("nothing is {state}"));
        if alert["labels"]["alertname"] == "EbpfMapFillingUp" && alert["status"] == state {
            return alert;
        }
    }
}
