//! Every way to attach a program, after the gate, on the running kernel; and what is
//! left behind where one fails.

#![cfg(feature = "libbpf")]

#[macro_use]
mod gates;

use std::ffi::{CStr, CString};
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use gates::compile;
use gates::sample::Setup;
use mapgen_runtime::Error;
use mapgen_runtime::libbpf_rs::{self, Link, PrintLevel, TracepointCategory};
use mapgen_test_support::BpfFs;

mod hooks {
    /// A program for each way to attach, and a congestion control of TCP.
    pub(crate) const SOURCE: &str = r#"
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))

#define PROGRAM(section, name) SEC(section) int name(void *ctx) { return 0; }
PROGRAM("kprobe", probe)
PROGRAM("kprobe.multi", probe_multi)
PROGRAM("ksyscall", call)
PROGRAM("uprobe", user)
PROGRAM("uprobe.multi", user_multi)
PROGRAM("tp", point)
PROGRAM("raw_tp", raw)
PROGRAM("tp_btf/sys_enter", entry)
PROGRAM("perf_event", sample)
PROGRAM("cgroup_skb/egress", egress)
PROGRAM("sk_lookup", lookup)
PROGRAM("sk_skb/stream_verdict", verdict)
PROGRAM("xdp", packet)
PROGRAM("tc", classify)
PROGRAM("iter/bpf_map_elem", element)
PROGRAM("netfilter", filter)

struct sock;

struct tcp_congestion_ops {
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
	u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

SEC("struct_ops") u32 ssthresh(u64 *ctx) { return 2; }
SEC("struct_ops") void cong_avoid(u64 *ctx) {}
SEC("struct_ops") u32 undo_cwnd(u64 *ctx) { return 2; }

SEC(".struct_ops.link") struct tcp_congestion_ops slow = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "mapgen_slow",
};

struct {
	int (*type)[15];
	int (*max_entries)[1];
	u32 *key;
	u64 *value;
} sockets SEC(".maps");

struct {
	int (*type)[1];
	int (*max_entries)[1];
	u32 *key;
	u64 *value;
} walked SEC(".maps");

char LICENSE[] SEC("license") = "GPL";
"#;

    use super::gates::CONNS;
    use mapgen_runtime::{MapKind, MapSpec};

    const PLAIN: MapSpec = MapSpec {
        object: "hooks",
        key_size: 4,
        value_size: 8,
        max_entries: 1,
        min_entries: 1,
        btf: &[],
        ..CONNS
    };
    binding!(
        Sockets,
        MapSpec {
            name: "sockets",
            kind: MapKind::SockMap,
            ..PLAIN
        }
    );
    binding!(
        Walked,
        MapSpec {
            name: "walked",
            ..PLAIN
        }
    );

    #[derive(Clone, Debug)]
    pub(crate) struct Maps {
        pub(crate) sockets: Sockets,
        pub(crate) walked: Walked,
    }

    mapgen_runtime::__private::object! {
        object: "hooks", bytes: none,
        maps: { sockets: Sockets = "sockets", walked: Walked = "walked" },
        sections: {},
        programs: {
            probe = "probe", probe_multi = "probe_multi", call = "call", user = "user",
            user_multi = "user_multi", point = "point", raw = "raw", entry = "entry",
            sample = "sample", egress = "egress", lookup = "lookup", verdict = "verdict",
            packet = "packet", classify = "classify", element = "element", filter = "filter",
        },
    }
}

fn hooks() -> Option<hooks::Loaded> {
    loaded_hooks(|open| {
        // Without a map to walk there is nothing to attach it to.
        open.programs().element.set_autoattach(false);
    })
}

fn loaded_hooks(change: impl FnOnce(&mut hooks::Open)) -> Option<hooks::Loaded> {
    // Only to learn whether this process may.
    BpfFs::mount()?;
    let dir = tempfile::tempdir().unwrap();
    let object = compile(dir.path(), "hooks", hooks::SOURCE, &[])?;
    let mut open = hooks::open_file(object).unwrap();
    change(&mut open);
    match open.load() {
        Ok(loaded) => Some(loaded),
        Err(Error::Unsupported { what, since: "6.4" }) => {
            assert_eq!(what, "links of maps of type `struct_ops` (map `slow`)");
            mapgen_test_support::unsupported(&what, (6, 4));
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// A software event of this thread.
fn cpu_clock() -> std::os::fd::OwnedFd {
    use std::os::fd::FromRawFd;
    // `struct perf_event_attr`: type `PERF_TYPE_SOFTWARE`, size, config `CPU_CLOCK`,
    // a period.
    let mut attr = [0_u64; 16];
    attr[0] = u64::from_ne_bytes({
        let mut head = [0; 8];
        head[..4].copy_from_slice(&1_u32.to_ne_bytes());
        head[4..].copy_from_slice(&128_u32.to_ne_bytes());
        head
    });
    attr[2] = 1_000_000;
    // SAFETY: an attribute of the size that it says, alive for the call.
    let fd = unsafe { libc::syscall(libc::SYS_perf_event_open, attr.as_ptr(), 0, -1, -1, 0) };
    assert!(fd >= 0, "{}", std::io::Error::last_os_error());
    // SAFETY: just opened.
    unsafe { std::os::fd::OwnedFd::from_raw_fd(i32::try_from(fd).unwrap()) }
}

// SAFETY: no other function of this program has the name.
#[unsafe(no_mangle)]
extern "C" fn mapgen_probed_function() {}

#[test]
fn each_kind_of_program_attaches_to_what_it_is_for() {
    let Some(loaded) = hooks() else { return };
    trace_file_system();
    let programs = loaded.programs();
    let own = std::env::current_exe().unwrap();
    // So that the linker keeps it.
    std::hint::black_box(mapgen_probed_function as extern "C" fn())();
    let mut links: Vec<Link> = Vec::new();
    let mut attached = |name: &str, link: mapgen_runtime::Result<Link>| {
        links.push(link.unwrap_or_else(|error| panic!("{name}: {error}")));
    };
    attached("uprobe", {
        let opts = libbpf_rs::UprobeOpts {
            func_name: Some("mapgen_probed_function".into()),
            ..Default::default()
        };
        programs.user.attach_uprobe_with_opts(-1, &own, 0, opts)
    });
    attached(
        "uprobe_multi",
        programs
            .user_multi
            .attach_uprobe_multi(-1, &own, "mapgen_probed_*", false, false),
    );
    attached(
        "tracepoint",
        programs
            .point
            .attach_tracepoint(TracepointCategory::Syscalls, "sys_enter_getppid"),
    );
    attached(
        "raw_tracepoint",
        programs.raw.attach_raw_tracepoint("sys_enter"),
    );
    attached("trace", programs.entry.attach_trace());
    let event = cpu_clock();
    attached(
        "perf_event",
        programs.sample.attach_perf_event(event.into_raw_fd()),
    );
    let netns = std::fs::File::open("/proc/self/ns/net").unwrap();
    attached("netns", programs.lookup.attach_netns(netns.as_raw_fd()));
    attached("xdp", programs.packet.attach_xdp(1));
    attached("netfilter", {
        let opts = libbpf_rs::NetfilterOpts {
            protocol_family: libbpf_rs::NFPROTO_IPV4,
            hooknum: libbpf_rs::NF_INET_LOCAL_OUT,
            priority: 123,
            ..Default::default()
        };
        programs.filter.attach_netfilter_with_opts(opts)
    });
    attached("iter", {
        use std::os::fd::AsFd;
        programs.element.attach_iter(loaded.maps.walked.as_fd())
    });
    let sockets = {
        use std::os::fd::AsFd;
        loaded.maps.sockets.as_fd().as_raw_fd()
    };
    programs.verdict.attach_sockmap(sockets).unwrap();
    // libbpf-rs's own hook, with a descriptor that passed the gate.
    let mut hook = libbpf_rs::TcHookBuilder::new(programs.classify.fd().unwrap())
        .ifindex(1)
        .hook(libbpf_rs::TC_INGRESS);
    // A kernel may have no such hook (`sch_ingress`), or have it already.
    let made = hook.create();
    if made.is_ok() || made.is_err_and(|e| e.kind() == libbpf_rs::ErrorKind::AlreadyExists) {
        let mut attached = hook.attach().unwrap();
        attached.detach().unwrap();
        let _ = hook.destroy();
    }
    assert_eq!(links.len(), 10);
}

/// A file system at a place, for this thread alone.
fn private_mount(kind: &CStr, place: &Path) {
    let place = CString::new(place.as_os_str().as_bytes()).unwrap();
    let none = std::ptr::null();
    // SAFETY: strings with a zero byte at their end, and no data.
    unsafe {
        assert_eq!(libc::unshare(libc::CLONE_NEWNS), 0);
        let private = libc::MS_REC | libc::MS_PRIVATE;
        libc::mount(none, c"/".as_ptr(), none, private, none.cast());
        // Where it is mounted already that is `EBUSY`.
        libc::mount(kind.as_ptr(), place.as_ptr(), kind.as_ptr(), 0, none.cast());
    }
}

/// A tracefs where libbpf looks for it.
fn trace_file_system() {
    private_mount(c"tracefs", Path::new("/sys/kernel/tracing"));
}

#[test]
fn a_function_of_the_kernel_is_probed_where_the_kernel_can() {
    let Some(loaded) = hooks() else { return };
    trace_file_system();
    let programs = loaded.programs();
    let function = "do_unlinkat";
    let attempts = [
        programs.probe.attach_kprobe(false, function),
        programs
            .probe_multi
            .attach_kprobe_multi(false, vec![function]),
        programs.call.attach_ksyscall(false, "getppid"),
    ];
    let can = Path::new("/sys/bus/event_source/devices/kprobe").exists();
    for attempt in attempts {
        match attempt {
            Ok(_) => assert!(can),
            Err(Error::Object { op, message, .. }) => {
                assert_eq!(op, "attach");
                assert!(!can, "{message}");
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_cgroup_program_attaches_to_a_cgroup() {
    let Some(loaded) = hooks() else { return };
    let root = tempfile::tempdir().unwrap();
    private_mount(c"cgroup2", root.path());
    let cgroup = root.path().join(format!("mapgen-{}", std::process::id()));
    std::fs::create_dir(&cgroup).unwrap();
    let directory = std::fs::File::open(&cgroup).unwrap();
    let link = loaded
        .programs()
        .egress
        .attach_cgroup(directory.as_raw_fd());
    drop(directory);
    let attached = link.map(drop);
    std::fs::remove_dir(&cgroup).unwrap();
    let mounted = CString::new(root.path().as_os_str().as_bytes()).unwrap();
    // SAFETY: a string with a zero byte at its end.
    unsafe { libc::umount2(mounted.as_ptr(), libc::MNT_DETACH) };
    attached.unwrap();
}

/// The links of a program, by the kernel.
fn links_of(program: u32) -> usize {
    libbpf_rs::query::LinkInfoIter::default()
        .filter(|link| link.prog_id == program)
        .count()
}

#[test]
fn when_one_program_cannot_be_attached_none_is() {
    // The iterator has no map to walk.
    let Some(mut loaded) = loaded_hooks(|_| {}) else {
        return;
    };
    let entry = loaded.programs().entry.fd().unwrap().as_raw_fd();
    // SAFETY: the program is loaded as long as its object.
    let entry = unsafe { std::os::fd::BorrowedFd::borrow_raw(entry) };
    let entry = libbpf_rs::Program::id_from_fd(entry).unwrap();
    let link = loaded.programs().entry.attach().unwrap();
    assert_eq!(links_of(entry), 1);
    drop(link);
    let error = loaded.attach().unwrap_err();
    assert!(
        matches!(&error, Error::Object { name, .. } if name == "element"),
        "{error}"
    );
    assert_eq!(links_of(entry), 0);
}

fn congestion_controls() -> String {
    std::fs::read_to_string("/proc/sys/net/ipv4/tcp_available_congestion_control").unwrap()
}

/// One at a time: both register the same name.
static SLOW: Mutex<()> = Mutex::new(());

#[test]
fn a_struct_ops_map_is_attached_with_the_object_and_its_programs_are_not_left() {
    let _alone = SLOW.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(mut loaded) = hooks() else { return };
    let (links, left) = loaded.attach().unwrap();
    assert!(congestion_controls().contains("mapgen_slow"));
    assert!(!left.iter().any(|name| name == "ssthresh" || name == "slow"));
    assert!(left.iter().any(|name| name == "packet"), "{left:?}");
    drop(links);
    assert!(!congestion_controls().contains("mapgen_slow"));
}

#[test]
fn a_struct_ops_map_is_attached_by_its_name() {
    let _alone = SLOW.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(loaded) = hooks() else { return };
    let link = loaded.attach_struct_ops("slow").unwrap();
    assert!(congestion_controls().contains("mapgen_slow"));
    drop(link);
    let error = loaded.attach_struct_ops("fast").unwrap_err();
    assert_eq!(
        error.to_string(),
        "attach of `fast` failed: the object has no `struct_ops` map of this name, or did not \
         create it"
    );
}

#[test]
fn a_load_that_fails_leaves_no_directory_of_its_pins() {
    let Some(setup) = Setup::new() else { return };
    let pin = setup.fs.path("made").join("kept");
    let broken = setup.variant("-DBROKEN");
    let load = |object| {
        let mut open = setup.open(object).unwrap();
        open.maps().kept.set_pin_path(&pin).unwrap();
        open.load()
    };
    load(&broken).unwrap_err();
    assert!(setup.fs.names().is_empty());
    drop(load(&setup.object).unwrap());
    assert_eq!(setup.fs.names(), ["made"]);
    // A directory that was there stays, and so does the pin in it.
    load(&broken).unwrap_err();
    assert!(sampled(&pin));
}

fn sampled(pin: &Path) -> bool {
    gates::sample::Kept::from_pinned(pin).is_ok()
}

#[test]
fn a_program_that_cannot_be_pinned_leaves_no_directory() {
    let Some(setup) = Setup::new() else { return };
    let loaded = setup.load();
    let mut programs = loaded.programs();
    // The kernel keeps names with a dot for itself.
    let refused = programs.add.pin(setup.fs.path("made").join("a.b"));
    assert!(matches!(refused, Err(Error::Object { op: "pin", .. })));
    assert_eq!(setup.fs.names(), ["kept"]);
    programs.add.pin(setup.fs.path("made").join("add")).unwrap();
    assert_eq!(setup.fs.names(), ["kept", "made"]);
}

/// Runs a test of this file alone, in a process of its own: what it printed to stderr.
fn alone(test: &str) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env_remove("LIBBPF_LOG_LEVEL")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{printed}");
    printed
}

#[test]
fn what_libbpf_says_of_a_failure_stands_in_the_error_alone() {
    if Setup::new().is_none() {
        return;
    }
    let printed = alone("quiet_failures");
    assert!(!printed.contains("libbpf:"), "{printed}");
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn quiet_failures() {
    let setup = Setup::new().unwrap();
    let broken = setup.open(&setup.variant("-DBROKEN")).unwrap();
    let error = broken.load().unwrap_err().to_string();
    assert!(error.contains("invalid mem access"), "{error}");
    let loaded = setup.load();
    loaded
        .programs()
        .on_packet
        .attach_xdp(0x7fff_ffff)
        .unwrap_err();
    setup.open(Path::new("/dev/null")).unwrap_err();
    // Nobody listened, and nobody does now: libbpf prints as it did.
    assert!(libbpf_rs::get_print().is_some());
}

#[test]
fn who_listens_to_libbpf_hears_it_and_goes_on_listening() {
    if Setup::new().is_none() {
        return;
    }
    let printed = alone("own_listener");
    assert!(!printed.contains("libbpf:"), "{printed}");
}

static HEARD: Mutex<String> = Mutex::new(String::new());

fn listener(_: PrintLevel, message: String) {
    HEARD.lock().unwrap().push_str(&message);
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn own_listener() {
    let setup = Setup::new().unwrap();
    libbpf_rs::set_print(Some((PrintLevel::Warn, listener)));
    let broken = setup.open(&setup.variant("-DBROKEN")).unwrap();
    broken.load().unwrap_err();
    assert!(HEARD.lock().unwrap().contains("invalid mem access"));
    let (level, callback) = libbpf_rs::get_print().unwrap();
    assert_eq!(level, PrintLevel::Warn);
    HEARD.lock().unwrap().clear();
    callback(PrintLevel::Warn, "still there".to_owned());
    assert_eq!(*HEARD.lock().unwrap(), "still there");
}
