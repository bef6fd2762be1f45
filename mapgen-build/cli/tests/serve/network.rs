//! The sample `flow` on two interfaces of its own, with real packets between them.
//!
//! Everything that it makes ends with its thread: two network namespaces, a pair of interfaces,
//! and a mount of bpffs for the sample's pin.

use std::net::{Ipv4Addr, UdpSocket};
use std::process::Command;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use ebpf_samples::flow::{bpf as flow, interface_index};

use crate::exporter::eventually;
/// Where `flow` runs, and the host that sends to it.
const HERE: Ipv4Addr = Ipv4Addr::new(10, 98, 0, 1);
const PEER: Ipv4Addr = Ipv4Addr::new(10, 98, 0, 2);

enum Order {
    Send(u16),
    Drain,
}

/// The sample, loaded and attached. It is unloaded when this is dropped.
pub(crate) struct Network {
    orders: Sender<Order>,
    done: Receiver<u64>,
    /// The ids of its maps.
    pub(crate) ids: Vec<u32>,
    /// That of `conns`.
    pub(crate) conns: u32,
}

impl Network {
    pub(crate) fn new() -> Self {
        let (orders, todo) = mpsc::channel();
        let (report, done) = mpsc::channel();
        let (tell, ids) = mpsc::channel();
        thread::spawn(move || run(&todo, &report, &tell));
        let ids: Vec<u32> = ids.recv().expect("it loads");
        Self {
            orders,
            done,
            conns: ids[0],
            ids,
        }
    }

    /// Has the peer send a datagram to each of so many ports: how many connections there are
    /// then.
    pub(crate) fn send(&self, ports: u16) -> u64 {
        self.order(Order::Send(ports))
    }

    /// Forgets all connections, as a program does when they are over.
    pub(crate) fn drain(&self) -> u64 {
        self.order(Order::Drain)
    }

    fn order(&self, order: Order) -> u64 {
        self.orders.send(order).expect("it runs");
        self.done.recv().expect("it runs")
    }
}

fn run(todo: &Receiver<Order>, report: &Sender<u64>, tell: &Sender<Vec<u32>>) {
    let send = pair();
    let mut open = flow::open().expect("it opens");
    // Nobody reads events here.
    open.rodata().report_kinds = 0;
    let loaded = open.load().expect("it loads");
    let interface = interface_index("mapgen2").expect("an interface");
    let _link = loaded
        .programs()
        .handle_syn
        .attach_xdp(interface)
        .expect("it attaches");
    let conns = &loaded.maps.conns;
    let others = loaded.maps.all().map(|map| map.info().id());
    let others = others.filter(|id| *id != conns.info().id());
    let ids = [conns.info().id()].into_iter().chain(others).collect();
    tell.send(ids).expect("somebody waits");
    for order in todo {
        match order {
            Order::Send(ports) => {
                send(ports);
                // The last ones may be on their way.
                eventually("a connection for each port", || {
                    conns.keys().count() >= ports.into()
                });
            }
            Order::Drain => conns.clear().expect("it may be written"),
        }
        // The number of keys, not what the kernel counts.
        report
            .send(conns.keys().count() as u64)
            .expect("somebody waits");
    }
}

/// Makes the interfaces; what sends to so many ports.
fn pair() -> impl Fn(u16) {
    unshare(libc::CLONE_NEWNET | libc::CLONE_NEWNS);
    // Mounts made from here on stay with this thread.
    command("mount", &["--make-rprivate", "/"]);
    command("mount", &["-t", "bpf", "bpf", "/sys/fs/bpf"]);
    let (orders, todo) = mpsc::channel::<u16>();
    let (report, done) = mpsc::channel();
    let (ready, namespace) = mpsc::channel();
    let (go, linked) = mpsc::channel::<()>();
    thread::spawn(move || {
        unshare(libc::CLONE_NEWNET);
        // SAFETY: it has no arguments and always succeeds.
        ready
            .send(unsafe { libc::gettid() })
            .expect("somebody waits");
        linked.recv().expect("an interface");
        set_up("mapgen3", PEER);
        let socket = UdpSocket::bind((PEER, 0)).expect("an address");
        for ports in todo {
            for port in 1..=ports {
                // A socket that is not connected does not hear that nobody listens.
                socket.send_to(b"datagram", (HERE, port)).expect("a route");
            }
            report.send(()).expect("somebody waits");
        }
    });
    let tid = namespace.recv().expect("a namespace");
    let namespace = format!("/proc/{}/task/{tid}/ns/net", std::process::id());
    let add = [
        "link", "add", "mapgen2", "type", "veth", "peer", "name", "mapgen3",
    ];
    command("ip", &[&add[..], &["netns", &namespace]].concat());
    set_up("mapgen2", HERE);
    go.send(()).expect("somebody waits");
    move |ports| {
        orders.send(ports).expect("it runs");
        done.recv().expect("it runs");
    }
}

fn set_up(interface: &str, address: Ipv4Addr) {
    command(
        "ip",
        &["addr", "add", &format!("{address}/24"), "dev", interface],
    );
    command("ip", &["link", "set", interface, "up"]);
}

/// Gives this thread namespaces of its own.
fn unshare(flags: libc::c_int) {
    // SAFETY: it takes flags alone and touches no memory of this process.
    let status = unsafe { libc::unshare(flags) };
    assert_eq!(status, 0, "{}", std::io::Error::last_os_error());
}

fn command(name: &str, arguments: &[&str]) {
    let output = Command::new(name)
        .args(arguments)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {arguments:?}: {said}");
}
