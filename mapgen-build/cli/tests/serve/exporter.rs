//! The command as a process, and requests to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// A running `mapgen serve`; killed when dropped.
pub(crate) struct Exporter {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it said before it listened.
    pub(crate) said: String,
    rest: mpsc::Receiver<String>,
}

/// The command, in a folder without a `mapgen.toml`.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mapgen"));
    command
        .arg("serve")
        .args(arguments)
        .current_dir("/")
        .stderr(Stdio::piped());
    command
}

impl Exporter {
    /// Starts on a port of the kernel's choice.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = command(arguments);
        command.args(["--listen", "127.0.0.1:0"]);
        Self::of(command)
    }

    /// For the maps with these ids.
    pub(crate) fn of_ids(ids: &[u32]) -> Self {
        let ids: Vec<String> = ids.iter().map(|id| format!("--id={id}")).collect();
        Self::start(&ids.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Starts, and waits until it listens.
    pub(crate) fn of(mut command: Command) -> Self {
        // SAFETY: one system call between fork and exec. A test that is killed takes it along.
        unsafe {
            command.pre_exec(|| {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                Ok(())
            });
        }
        let mut child = command.spawn().expect("the command starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let mut said = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                panic!("it ended: {said}");
            };
            said += &line;
            said.push('\n');
            if let Some(url) = line.split("listening on http://").nth(1) {
                let address = url.strip_suffix("/metrics").expect("a path");
                break address.parse().expect("an address");
            }
        };
        let (send, rest) = mpsc::channel();
        std::thread::spawn(move || {
            let rest: Vec<String> = lines.map_while(Result::ok).collect();
            send.send(rest.join("\n")).ok();
        });
        Self {
            child,
            address,
            said,
            rest,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal and waits for the end: how it ended, and what else it said.
    pub(crate) fn stop(mut self, signal: i32) -> (ExitStatus, String) {
        // SAFETY: the process is ours, and not waited for yet.
        unsafe { libc::kill(self.id() as i32, signal) };
        let status = self.child.wait().expect("an end");
        let rest = self.rest.recv_timeout(PATIENCE).expect("its last words");
        (status, rest)
    }

    /// The answer to a request without a body.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        ask(self.address, method, path, headers)
    }

    pub(crate) fn get(&self, path: &str) -> String {
        let answer = self.ask("GET", path, "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    pub(crate) fn metrics(&self) -> String {
        self.get("/metrics")
    }

    /// The one sample of a metric of the map with this id.
    pub(crate) fn sample(&self, metric: &str, id: u32) -> Option<f64> {
        sample(&self.metrics(), metric, id)
    }

    /// Descriptors that it has open.
    pub(crate) fn descriptors(&self) -> usize {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.id()));
        open.expect("a process").count()
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        self.number("status", "VmRSS:")
    }

    pub(crate) fn threads(&self) -> u64 {
        self.number("status", "Threads:")
    }

    fn number(&self, file: &str, name: &str) -> u64 {
        let path = format!("/proc/{}/{file}", self.id());
        let text = std::fs::read_to_string(path).expect("a process");
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|n| n.parse().ok()).expect("a number")
    }

    /// The time that it has computed.
    pub(crate) fn cpu_time(&self) -> Duration {
        // `/proc/PID/stat` counts in hundredths of a second.
        let mut clock = 0;
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: both results outlive the calls that write them.
        unsafe {
            assert_eq!(libc::clock_getcpuclockid(self.id() as i32, &mut clock), 0);
            assert_eq!(libc::clock_gettime(clock, &mut time), 0);
        }
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        // It may have ended.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What a request was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) fn ask(address: SocketAddr, method: &str, path: &str, headers: &str) -> Answer {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n"
    )
    .expect("it reads");
    let mut text = Vec::new();
    stream.read_to_end(&mut text).expect("an answer");
    let text = String::from_utf8(text).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Answer {
        status: status.expect("a status"),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

/// The one sample of a metric of the map with this id.
pub(crate) fn sample(text: &str, metric: &str, id: u32) -> Option<f64> {
    let mut found = text.lines().filter(|line| {
        let labels = line.strip_prefix(metric);
        labels.is_some_and(|labels| {
            labels.starts_with('{') && labels.contains(&format!("map_id=\"{id}\""))
        })
    });
    let line = found.next()?;
    assert!(found.next().is_none(), "{metric} of {id} twice: {text}");
    let (_, value) = line.rsplit_once(' ').expect("a value");
    Some(value.parse().expect("a number"))
}

/// Until it is true, or patience ends.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
