//! The demo: `flow` on two interfaces of its own, with real traffic between them.
//!
//! Everything that it makes (two network namespaces, a pair of interfaces, a mount of
//! bpffs for the pin) belongs to this process alone and ends with it, however it ends.
//! `flow-demo --probe` only says, by its exit status, whether this machine lets it run.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::process::{Command, ExitCode};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ebpf_samples::flow::bpf as flow;
use ebpf_samples::flow::{self as sample};
use mapgen_runtime::{Be, Error};

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Where `flow` runs, and the host that talks to it.
const HERE: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);
const PEER: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 2);
const PORT: u16 = 7777;

fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        Some("--probe") => probe(),
        _ => demo(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("flow-demo: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether a map can be created and a network be made.
fn probe() -> Result<()> {
    flow::ProtoStats::create()?;
    unshare(libc::CLONE_NEWNET | libc::CLONE_NEWNS)
}

fn demo() -> Result<()> {
    let network = Network::new()?;

    println!("-- open and load: every map passes the gates before a handle exists");
    let mut open = flow::open()?;
    open.rodata().count_udp = true.into();
    let loaded = open.load()?;
    let _link = loaded.programs().handle_syn.attach_xdp(network.interface)?;
    println!(
        "loaded; conns: capacity {}, at least {} declared, compared by {:?}",
        loaded.maps.conns.capacity(),
        flow::Conns::MIN_ENTRIES,
        loaded.maps.conns.proof(),
    );

    println!("\n-- traffic: 3 TCP connections and 4 UDP datagrams from {PEER}");
    let mut events = loaded.maps.events.consumer()?;
    network.send(Traffic { tcp: 3, udp: 4 })?;

    println!("\n-- events, from the ring buffer");
    events.poll(Duration::from_secs(1), |event: flow::types::Event| {
        println!("{:<15?} {}", event.kind, event.key);
    })?;

    println!("\n-- connections, from the hash");
    for entry in loaded.maps.conns.iter() {
        let (key, stats) = entry?;
        println!(
            "{:<38} {:>3} packets {:>5} bytes, {} each",
            key,
            stats.packets,
            stats.bytes,
            stats.mean_packet_bytes()
        );
    }

    println!("\n-- packets by protocol, summed over CPUs");
    for (name, protocol) in [("ICMP", 1), ("TCP", 6), ("UDP", 17)] {
        let per_cpu = loaded.maps.proto_stats.get(protocol)?;
        let packets: u64 = per_cpu.iter().map(|counters| counters.packets).sum();
        let bytes: u64 = per_cpu.iter().map(|counters| counters.bytes).sum();
        println!("{name:<5} {packets:>4} packets {bytes:>6} bytes");
    }

    println!("\n-- {PEER} is blocked by one insert into the pinned map");
    let rule = flow::types::BlockRule {
        rule_id: 1,
        report: true.into(),
        ..flow::types::BlockRule::ZERO
    };
    loaded.maps.blocked.insert(&Be::from(PEER), &rule)?;
    network.send(Traffic { tcp: 0, udp: 2 })?;
    let hits = loaded
        .maps
        .blocked
        .get(&Be::from(PEER))?
        .map_or(0, |rule| rule.hits);
    println!("{hits} packets dropped");
    let pinned = flow::Blocked::from_pinned("/sys/fs/bpf/blocked")?;
    println!(
        "the pin holds map id {} too, compared by {:?}",
        pinned.info().id(),
        pinned.proof()
    );

    println!(
        "\n-- filling conns, {} entries",
        loaded.maps.conns.capacity()
    );
    match fill(&loaded.maps.conns) {
        Err(error @ Error::Full { .. }) => println!("{error}"),
        other => return Err(format!("the map did not fill up: {other:?}").into()),
    }
    network.send(Traffic { tcp: 1, udp: 0 }).ok();
    Ok(())
}

/// Inserts connections until the kernel refuses one.
fn fill(conns: &flow::Conns) -> mapgen_runtime::Result<()> {
    let stats = sample::FlowStats::default();
    for number in 0..=conns.capacity() {
        let key = flow::types::FlowKey {
            saddr: Be::from(number),
            daddr: Be::from(HERE),
            ..flow::types::FlowKey::ZERO
        };
        conns.insert(&key, &stats)?;
    }
    Ok(())
}

/// How many connections and datagrams the peer sends.
struct Traffic {
    tcp: u32,
    udp: u32,
}

/// This thread's network, and a thread that lives in the network at the other end.
struct Network {
    interface: i32,
    peer: mpsc::Sender<Traffic>,
    done: mpsc::Receiver<Result<()>>,
}

impl Network {
    fn new() -> Result<Self> {
        unshare(libc::CLONE_NEWNET | libc::CLONE_NEWNS)?;
        // Mounts made from here on stay in this process.
        run("mount", &["--make-rprivate", "/"])?;
        run("mount", &["-t", "bpf", "bpf", "/sys/fs/bpf"])?;

        let (peer, orders) = mpsc::channel::<Traffic>();
        let (report, done) = mpsc::channel();
        let (ready, peer_namespace) = mpsc::channel();
        let (go, linked) = mpsc::channel::<()>();
        thread::spawn(move || {
            let start = || -> Result<()> {
                unshare(libc::CLONE_NEWNET)?;
                // SAFETY: gettid has no arguments and always succeeds.
                ready.send(unsafe { libc::gettid() })?;
                linked.recv()?;
                set_up("mapgen1", PEER)
            };
            report.send(start()).ok();
            for order in orders {
                report.send(order.send()).ok();
            }
        });
        let namespace = format!(
            "/proc/{}/task/{}/ns/net",
            std::process::id(),
            peer_namespace.recv()?
        );
        run(
            "ip",
            &[
                "link", "add", "mapgen0", "type", "veth", "peer", "name", "mapgen1", "netns",
                &namespace,
            ],
        )?;
        go.send(())?;
        done.recv()??;
        set_up("mapgen0", HERE)?;

        serve()?;
        Ok(Self {
            interface: sample::interface_index("mapgen0")?,
            peer,
            done,
        })
    }

    /// Has the peer send, and waits until it has.
    fn send(&self, traffic: Traffic) -> Result<()> {
        self.peer.send(traffic)?;
        self.done.recv()?
    }
}

impl Traffic {
    fn send(&self) -> Result<()> {
        for _ in 0..self.tcp {
            let mut stream = TcpStream::connect((HERE, PORT))?;
            stream.write_all(b"hello")?;
            stream.shutdown(std::net::Shutdown::Write)?;
            stream.read_to_end(&mut Vec::new())?;
        }
        let socket = UdpSocket::bind((PEER, 0))?;
        for _ in 0..self.udp {
            socket.send_to(b"datagram", (HERE, PORT))?;
        }
        // Datagrams are not answered: give the last one time to arrive.
        thread::sleep(Duration::from_millis(50));
        Ok(())
    }
}

/// Answers TCP connections, in the background.
fn serve() -> Result<()> {
    let listener = TcpListener::bind((HERE, PORT))?;
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = Vec::new();
            if stream.read_to_end(&mut request).is_ok() {
                stream.write_all(&request).ok();
            }
        }
    });
    Ok(())
}

fn set_up(interface: &str, address: Ipv4Addr) -> Result<()> {
    run(
        "ip",
        &["addr", "add", &format!("{address}/24"), "dev", interface],
    )?;
    run("ip", &["link", "set", interface, "up"])
}

/// Gives this thread namespaces of its own.
fn unshare(flags: libc::c_int) -> Result<()> {
    // SAFETY: unshare takes flags alone and touches no memory of this process.
    if unsafe { libc::unshare(flags) } != 0 {
        return Err(std::io::Error::last_os_error().into());
    }
    Ok(())
}

fn run(command: &str, args: &[&str]) -> Result<()> {
    let output = Command::new(command).args(args).output()?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command} {}: {}", args.join(" "), message.trim()).into());
    }
    Ok(())
}
