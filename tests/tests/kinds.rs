//! A map of every kind, through the generated handles on one side and BPF programs on the
//! other: each side is the other's authority.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ebpf_samples::kinds::bpf as kinds;
use kinds::types::{Args, Guarded, Hop, Op, Route, Usage};
use libbpf_rs::ProgramInput;
use mapgen_runtime::{Be, Bool, Error, Frame, Handle, MapKind, Proof, ebpf_map, pidfd};
use mapgen_test_support::{kernel_release, skipped, unsupported};

/// The sample, loaded; says so where it may not be.
fn load() -> Option<kinds::Loaded> {
    match kinds::open().unwrap().load() {
        Ok(loaded) => Some(loaded),
        Err(error) if error.to_string().contains("ermission") => {
            skipped("CAP_BPF and CAP_NET_ADMIN");
            None
        }
        Err(Error::Unsupported { what, since }) => {
            // The first in the object that the kernel lacks.
            let (kind, release) = match kernel_release() {
                (5, ..16) => ("bloom_filter` (map `k_bloom_filter`)", (5, 16)),
                (5, _) | (6, 0) => ("user_ringbuf` (map `k_user_ringbuf`)", (6, 1)),
                _ => ("cgrp_storage` (map `k_cgrp_storage`)", (6, 2)),
            };
            assert_eq!(what, format!("maps of type `{kind}"));
            assert_eq!(since, format!("{}.{}", release.0, release.1));
            unsupported(&what, release);
            None
        }
        Err(error) => panic!("{error}"),
    }
}

macro_rules! loaded {
    () => {
        match load() {
            Some(loaded) => loaded,
            None => return,
        }
    };
}

/// Has the program `step` do something with the maps: what it returns.
fn step(loaded: &kinds::Loaded, op: Op, number: u32, route: Route) -> u32 {
    run(loaded, Args { op, number, route }, 1)
}

fn run(loaded: &kinds::Loaded, args: Args, repeat: u32) -> u32 {
    loaded.bss().args.store(args).unwrap();
    let input = ProgramInput {
        data_in: Some(&[0; 64]),
        repeat,
        ..ProgramInput::default()
    };
    loaded.programs().step.test_run(input).unwrap().return_value
}

fn route(prefixlen: u32, addr: [u8; 4]) -> Route {
    Route {
        prefixlen,
        addr: Be::from(u32::from_be_bytes(addr)),
    }
}

fn hop(gateway: u32) -> Hop {
    Hop {
        gateway,
        metric: 1,
        up: Bool::from(true),
        ..Hop::ZERO
    }
}

#[test]
fn every_map_is_bound_by_a_handle_of_its_kind() {
    let loaded = loaded!();
    macro_rules! kind {
        ($($field:ident: $kind:ident),* $(,)?) => {
            [$({
                let map = loaded.maps.$field.as_map();
                assert_eq!(map.info().kind(), MapKind::$kind);
                map.info().kind().number()
            }),*]
        };
    }
    let seen = kind! {
        k_hash: Hash,
        k_array: Array,
        k_prog_array: ProgArray,
        k_perf_event_array: PerfEventArray,
        k_percpu_hash: PerCpuHash,
        k_percpu_array: PerCpuArray,
        k_stack_trace: StackTrace,
        k_cgroup_array: CgroupArray,
        k_lru_hash: LruHash,
        k_lru_percpu_hash: LruPerCpuHash,
        k_lpm_trie: LpmTrie,
        k_array_of_maps: ArrayOfMaps,
        k_hash_of_maps: HashOfMaps,
        k_devmap: DevMap,
        k_sockmap: SockMap,
        k_cpumap: CpuMap,
        k_xskmap: XskMap,
        k_sockhash: SockHash,
        k_cgroup_storage: CgroupStorage,
        k_reuseport: ReusePortSockArray,
        k_percpu_cgroup_storage: PerCpuCgroupStorage,
        k_queue: Queue,
        k_stack: Stack,
        k_sk_storage: SkStorage,
        k_devmap_hash: DevMapHash,
        k_ringbuf: RingBuf,
        k_inode_storage: InodeStorage,
        k_task_storage: TaskStorage,
        k_bloom_filter: BloomFilter,
        k_user_ringbuf: UserRingBuf,
        k_cgrp_storage: CgrpStorage,
    };
    // All but struct_ops (26) and arenas (33), which no handle reads.
    assert_eq!(
        seen.to_vec(),
        (1..=32).filter(|kind| *kind != 26).collect::<Vec<_>>()
    );
}

/// From each map's spec: the kernel takes it, and the gate takes what the kernel made.
#[test]
fn all_maps_are_those_that_libbpf_loaded() {
    use libbpf_rs::MapCore;

    let Some(loaded) = load() else { return };
    let mut here: Vec<String> = loaded.maps.all().map(|map| map.name().to_owned()).collect();
    let mut there: Vec<String> = (loaded.object().maps())
        .map(|map| map.name().to_str().unwrap().to_owned())
        // Sections are not in `Maps`.
        .filter(|name| !name.contains('.'))
        .collect();
    here.sort();
    there.sort();
    assert_eq!(here, there);
}

#[test]
fn every_kind_is_created_from_its_spec() {
    let loaded = loaded!();
    let fd = loaded.maps.k_lpm_trie.as_fd();
    match kinds::KLpmTrie::from_fd(fd) {
        Ok(again) => assert_eq!(again.proof(), Proof::Members),
        Err(error) => panic!("{error}"),
    }
    macro_rules! create {
        ($($handle:ident),* $(,)?) => {
            $({
                let map = kinds::$handle::create().unwrap();
                // And as a stranger finds it.
                kinds::$handle::from_id(map.info().id()).unwrap();
                kinds::$handle::from_fd(&map).unwrap();
            })*
        };
    }
    create! {
        KHash, KArray, KProgArray, KPerfEventArray, KPercpuHash, KPercpuArray, KStackTrace,
        KCgroupArray, KLruHash, KLruPercpuHash, KLpmTrie, KArrayOfMaps, KHashOfMaps, KDevmap,
        KSockmap, KCpumap, KXskmap, KSockhash, KCgroupStorage, KReuseport, KPercpuCgroupStorage,
        KQueue, KStack, KSkStorage, KDevmapHash, KRingbuf, KInodeStorage, KTaskStorage,
        KBloomFilter, KUserRingbuf, KCgrpStorage, TenantZero, KArrayOfMapsInner, PerRoute,
    }
}

#[test]
fn a_program_finds_the_longest_prefix_that_was_inserted() {
    let loaded = loaded!();
    let map = &loaded.maps.k_lpm_trie;
    map.insert(&route(8, [10, 0, 0, 0]), &hop(1)).unwrap();
    map.insert(&map.prefix(16, [10, 1, 0, 0]).unwrap(), &hop(2))
        .unwrap();
    for (addr, gateway) in [([10, 1, 2, 3], 2), ([10, 2, 2, 3], 1), ([11, 0, 0, 1], 0)] {
        let key = map.prefix(32, Ipv4Addr::from(addr).octets()).unwrap();
        assert_eq!(step(&loaded, Op::OP_ROUTE, 0, key), gateway);
        let here = map.get(&key).unwrap().map_or(0, |hop| hop.gateway);
        assert_eq!(here, gateway);
    }
}

#[test]
fn what_a_program_pushes_is_popped_here_and_the_other_way_round() {
    let loaded = loaded!();
    let maps = &loaded.maps;
    for number in 1..=4 {
        assert_eq!(step(&loaded, Op::OP_PUSH, number, Route::ZERO), 0);
    }
    assert_ne!(step(&loaded, Op::OP_PUSH, 5, Route::ZERO), 0, "full");
    for number in 1..=4 {
        assert_eq!(maps.k_queue.pop().unwrap(), Some(hop(number)));
        assert_eq!(maps.k_stack.pop().unwrap(), Some(hop(5 - number)));
        assert!(maps.k_bloom_filter.may_contain(&number.into()).unwrap());
    }
    maps.k_queue.push(&hop(6)).unwrap();
    maps.k_stack.push(&hop(7)).unwrap();
    assert_eq!(step(&loaded, Op::OP_POP, 0, Route::ZERO), 42);
    maps.k_bloom_filter.insert(&1234).unwrap();
    assert_eq!(step(&loaded, Op::OP_SEEN, 1234, Route::ZERO), 1);
    assert_eq!(step(&loaded, Op::OP_SEEN, 99, Route::ZERO), 0);
}

#[test]
fn a_program_counts_in_the_inner_maps_that_were_put_in() {
    let loaded = loaded!();
    let maps = &loaded.maps;
    let once = Usage { calls: 1, last: 2 };
    // libbpf put the first one in, as the object says.
    let first = maps.k_array_of_maps.get(0).unwrap().unwrap();
    assert_eq!(first.info().id(), maps.tenant_zero.info().id());
    assert_eq!(first.proof(), Proof::Members);

    let inner = kinds::KArrayOfMapsInner::create().unwrap();
    inner.insert(&0, &Usage::ZERO).unwrap();
    maps.k_array_of_maps.set(2, &inner).unwrap();
    let key = route(24, [10, 0, 0, 0]);
    let table = kinds::PerRoute::create().unwrap();
    maps.k_hash_of_maps.insert(&key, &table).unwrap();
    step(&loaded, Op::OP_USE, 2, key);
    assert_eq!(inner.get(&0).unwrap(), Some(once));
    assert_eq!(table.get(0).unwrap(), once);
    let again = maps.k_hash_of_maps.get(&key).unwrap().unwrap();
    assert_eq!(again.get(0).unwrap(), once);
    // A map of the object that is declared like the inner one goes in as such.
    let zero = kinds::KArrayOfMapsInner::from_fd(&maps.tenant_zero).unwrap();
    maps.k_array_of_maps.set(3, &zero).unwrap();
    assert_eq!(maps.k_array_of_maps.iter().count(), 3);
    // The refined inner handle says how small one may be; the default that it may not.
    assert_eq!(kinds::PerRoute::MIN_ENTRIES, 1);
    assert_eq!(kinds::KArrayOfMapsInner::MIN_ENTRIES, 16);
    let small = kinds::KArrayOfMapsInner::create_with(|spec| spec.max_entries = 4);
    assert!(matches!(small, Err(Error::Mismatch(_))));
}

/// Two maps of maps with handles that the code names for their inner maps.
#[ebpf_map(object = "kinds", name = "k_array_of_maps")]
struct Tenants {
    value: kinds::TenantZero,
}

#[ebpf_map(object = "kinds", name = "k_hash_of_maps.inner")]
struct Table {
    value: Usage,
}

#[ebpf_map(object = "kinds", name = "k_hash_of_maps")]
struct Tables {
    key: Route,
    value: Table,
}

/// What programs would write to it, rather than what they read from it.
#[ebpf_map(object = "kinds", name = "k_perf_event_array")]
struct Events {
    value: Usage,
}

#[ebpf_map(object = "kinds", only_declared)]
mod records {
    #[ebpf_map(name = "k_perf_event_array", value = "struct usage")]
    pub(super) struct Events;
}

#[test]
fn a_perf_event_array_whose_records_the_code_names_reads_them() {
    let loaded = loaded!();
    let map = &loaded.maps.k_perf_event_array;
    let events = Events::from_fd(map).unwrap();
    let mut consumer = events.consumer().unwrap();
    let read = consumer.poll(Duration::ZERO, |_, usage| println!("{:?}", usage));
    read.unwrap();
    drop(consumer);
    records::Events::from_fd(map).unwrap().consumer().unwrap();
}

#[test]
fn the_code_may_name_the_handle_of_inner_maps() {
    let loaded = loaded!();
    let tenants = Tenants::from_fd(&loaded.maps.k_array_of_maps).unwrap();
    tenants.set(1, &loaded.maps.tenant_zero).unwrap();
    let ids: Vec<_> = tenants.ids().map(|entry| entry.unwrap().1).collect();
    let zero = loaded.maps.tenant_zero.info().id();
    assert_eq!(ids, [zero, zero]);
    let tables = Tables::from_fd(&loaded.maps.k_hash_of_maps).unwrap();
    tables
        .insert(&Route::ZERO, &Table::create().unwrap())
        .unwrap();
    assert_eq!(tables.len().unwrap(), 1);
}

fn guarded(word: u64) -> Guarded {
    Guarded {
        words: [word; 500],
        round: word as u32,
        ..Guarded::ZERO
    }
}

/// `OP_GUARD` writes the words one by one, under the lock.
#[test]
fn values_with_a_spin_lock_are_never_seen_half_written_by_a_program() {
    let loaded = loaded!();
    let (hash, array) = (&loaded.maps.k_hash, &loaded.maps.k_array);
    let ours = guarded(u64::MAX);
    hash.insert(&0, &ours).unwrap();
    let whole = |value: &Guarded| {
        let words = value.words;
        words.iter().all(|word| *word as u32 == value.round)
    };
    // How often the program's writes came between two of ours: with one CPU, seldom.
    let meetings = AtomicU32::new(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let values = [hash.get(&0).unwrap().unwrap(), array.get(0).unwrap()];
                for value in values {
                    assert!(whole(&value), "{value:x?}");
                    meetings.fetch_add(u32::from(value != ours), Ordering::Relaxed);
                }
                array.set(0, &ours).unwrap();
                hash.insert(&0, &ours).unwrap();
            }
        });
        let args = Args {
            op: Op::OP_GUARD,
            ..Args::ZERO
        };
        let start = Instant::now();
        while meetings.load(Ordering::Relaxed) < 1000 && start.elapsed() < Duration::from_secs(10) {
            assert_eq!(run(&loaded, args, 1000), 0);
        }
        done.store(true, Ordering::Relaxed);
    });
    println!("{meetings:?} writes of the program seen");
}

#[test]
fn a_program_finds_what_belongs_to_the_task_that_runs_it() {
    let loaded = loaded!();
    let maps = &loaded.maps;
    let me = pidfd(std::process::id()).unwrap();
    let usage = Usage {
        calls: 10,
        ..Usage::ZERO
    };
    let event = event();
    if let Some(event) = &event {
        for cpu in 0..maps.k_perf_event_array.capacity() {
            maps.k_perf_event_array.set(cpu, event).unwrap();
        }
    }
    let cgroup = File::open("/proc/self/cgroup")
        .is_ok()
        .then(own_cgroup)
        .flatten();
    if let Some(cgroup) = &cgroup {
        maps.k_cgroup_array.set(0, cgroup).unwrap();
        maps.k_cgrp_storage.insert(cgroup, &usage).unwrap();
    }
    // Storage is by thread, a pidfd names the first one: that is where it has to run.
    maps.k_task_storage.insert(&me, &usage).unwrap();
    let input = ProgramInput {
        context_in: Some(&mut [0; 16]),
        ..ProgramInput::default()
    };
    loaded.programs().trace.test_run(input).unwrap();

    let frames = maps.k_stack_trace.get(loaded.bss().stack_id.load() as u32);
    let frames = frames.unwrap().unwrap();
    assert!(matches!(frames[0], Frame::Address(address) if address != 0));
    assert_eq!(
        maps.k_percpu_array
            .fold(0, 0, |calls, usage| calls + usage.calls)
            .unwrap(),
        1
    );
    if let Some(cgroup) = &cgroup {
        assert_eq!(loaded.bss().under_cgroup.load(), 1);
        let stored = maps.k_cgrp_storage.get(cgroup).unwrap();
        assert_eq!({ stored.unwrap().calls }, 11);
        maps.k_cgrp_storage.delete(cgroup).unwrap();
    } else {
        skipped("a cgroup2 file system");
    }
    // The test's thread is not the process's first: it has storage of its own.
    let first = maps.k_task_storage.get(&me).unwrap().unwrap();
    assert_eq!({ first.calls }, 10);
    assert!(maps.k_task_storage.delete(&me).unwrap());
    let Some(thread) = this_thread() else {
        return;
    };
    let stored = maps.k_task_storage.get(&thread).unwrap().unwrap();
    assert_eq!({ stored.calls }, 1);
}

/// A descriptor of this very thread. (6.9)
fn this_thread() -> Option<OwnedFd> {
    const PIDFD_THREAD: i32 = libc::O_EXCL;
    // SAFETY: neither takes pointers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, libc::gettid(), PIDFD_THREAD) };
    // SAFETY: the call made this descriptor for us.
    (fd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

/// A software event that counts nanoseconds of this thread.
fn event() -> Option<OwnedFd> {
    const PERF_TYPE_SOFTWARE: u32 = 1;
    // perf_event_attr: type, size, config = PERF_COUNT_SW_CPU_CLOCK, the rest 0.
    let mut attr = [0u32; 32];
    attr[0] = PERF_TYPE_SOFTWARE;
    attr[1] = size_of_val(&attr) as u32;
    // SAFETY: `attr` is as large as it says; this thread, any CPU, no group, no flags.
    let fd = unsafe { libc::syscall(libc::SYS_perf_event_open, attr.as_ptr(), 0, -1, -1, 0) };
    // SAFETY: the call made this descriptor for us.
    (fd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

/// The folder of this process's cgroup, where a cgroup2 file system is mounted.
fn own_cgroup() -> Option<File> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let mount = mounts.lines().find_map(|line| {
        let mut fields = line.split(' ');
        let (_, folder, kind) = (fields.next()?, fields.next()?, fields.next()?);
        (kind == "cgroup2").then_some(folder)
    })?;
    let cgroups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = cgroups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    File::open(format!("{mount}/{own}")).ok()
}

#[test]
fn a_program_on_a_cgroup_counts_what_its_sockets_send() {
    use std::os::unix::fs::MetadataExt;
    let loaded = loaded!();
    let maps = &loaded.maps;
    let Some(cgroup) = own_cgroup() else {
        skipped("a cgroup2 file system");
        return;
    };
    let link = loaded.programs().egress.attach_cgroup(cgroup.as_raw_fd());
    let _link = link.unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for _ in 0..3 {
        let sent = socket.send_to(&[0; 100], socket.local_addr().unwrap());
        assert_eq!(sent.unwrap(), 100);
    }
    // 20 bytes of IP and 8 of UDP before each.
    let own = maps.k_sk_storage.get(&socket).unwrap().unwrap();
    assert_eq!(({ own.calls }, { own.last }), (3, 128));
    let id = cgroup.metadata().unwrap().ino();
    let key = maps.k_cgroup_storage.keys().next().unwrap().unwrap();
    assert_eq!({ key.cgroup_inode_id }, id);
    assert!({ maps.k_cgroup_storage.get(&key).unwrap().unwrap().calls } >= 3);
    let calls = maps
        .k_percpu_cgroup_storage
        .fold(&id, 0, |calls, usage| calls + usage.calls);
    assert!(calls.unwrap().unwrap() >= 3);
    maps.k_cgroup_storage.replace(&key, &Usage::ZERO).unwrap();
}

/// What `redirect` makes of a packet of this length.
fn redirect(loaded: &kinds::Loaded, length: usize) -> u32 {
    let packet = vec![0; length];
    let input = ProgramInput {
        data_in: Some(&packet),
        ..ProgramInput::default()
    };
    let output = loaded.programs().redirect.test_run(input).unwrap();
    output.return_value
}

#[test]
fn a_program_sends_packets_where_the_maps_say() {
    const XDP_DROP: u32 = 1;
    const XDP_PASS: u32 = 2;
    const XDP_REDIRECT: u32 = 4;
    const LO: u32 = 1;
    let loaded = loaded!();
    let maps = &loaded.maps;
    for length in 64..72 {
        assert_eq!(redirect(&loaded, length), XDP_PASS);
    }
    maps.k_devmap.set(0, LO).unwrap();
    assert_eq!(redirect(&loaded, 64), XDP_REDIRECT);
    let programs = loaded.programs();
    let at_device = programs.at_device.fd().unwrap();
    maps.k_devmap.set_with_program(0, LO, at_device).unwrap();
    assert_eq!(redirect(&loaded, 64), XDP_REDIRECT);
    assert!(maps.k_devmap.get(0).unwrap().unwrap().program.is_some());
    maps.k_devmap.delete(0).unwrap();
    assert_eq!(redirect(&loaded, 64), XDP_PASS);

    maps.k_devmap_hash.insert(7, LO).unwrap();
    assert_eq!(redirect(&loaded, 65), XDP_REDIRECT);
    let at_cpu = programs.at_cpu.fd().unwrap();
    maps.k_cpumap.set_with_program(0, 64, at_cpu).unwrap();
    assert_eq!(redirect(&loaded, 66), XDP_REDIRECT);
    // SAFETY: it takes no pointers.
    let socket = unsafe { libc::socket(libc::AF_XDP, libc::SOCK_RAW, 0) };
    assert!(socket >= 0);
    // SAFETY: the call made this descriptor for us.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    maps.k_xskmap.set(0, &socket).unwrap();
    assert_eq!(redirect(&loaded, 67), XDP_REDIRECT);
    maps.k_xskmap.delete(0).unwrap();
    assert_eq!(redirect(&loaded, 67), XDP_PASS);

    // A program to jump to comes before all that.
    let drop = programs.drop.fd().unwrap();
    maps.k_prog_array.set(1, drop).unwrap();
    assert_eq!(redirect(&loaded, 65), XDP_DROP);
    assert!(maps.k_prog_array.get(1).unwrap().is_some());
    maps.k_prog_array.clear().unwrap();
    assert_eq!(redirect(&loaded, 65), XDP_REDIRECT);
}

fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

#[test]
fn a_program_sends_on_what_arrives_at_a_socket_in_the_map() {
    use std::io::{Read, Write};
    let loaded = loaded!();
    let maps = &loaded.maps;
    let map = maps.k_sockmap.as_fd().as_raw_fd();
    loaded.programs().verdict.attach_sockmap(map).unwrap();
    let ((mut client, entry), (mut other, exit)) = (connection(), connection());
    maps.k_sockmap.set(1, &entry).unwrap();
    maps.k_sockmap.set(0, &exit).unwrap();
    client.write_all(b"hello").unwrap();
    let mut text = [0; 5];
    let timeout = Duration::from_secs(10);
    other.set_read_timeout(Some(timeout)).unwrap();
    other.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"hello");
    // The hash serves where the array has nothing.
    assert!(maps.k_sockmap.delete(0).unwrap());
    maps.k_sockhash.insert(&Route::ZERO, &exit).unwrap();
    client.write_all(b"again").unwrap();
    other.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"again");
    assert!(maps.k_sockhash.get(&Route::ZERO).unwrap().is_some());
}

#[test]
fn a_program_chooses_the_socket_in_the_array() {
    let loaded = loaded!();
    let maps = &loaded.maps;
    let first = reuseport(0);
    let address = first.local_addr().unwrap();
    let second = reuseport(address.port());
    const SO_ATTACH_REUSEPORT_EBPF: i32 = 52;
    let programs = loaded.programs();
    let program = programs.choose.fd().unwrap().as_raw_fd();
    set_option(&first, SO_ATTACH_REUSEPORT_EBPF, program);
    for chosen in [&second, &first] {
        maps.k_reuseport.delete(0).unwrap();
        maps.k_reuseport.set(0, chosen).unwrap();
        chosen
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        // Without a choice each would get some of them.
        for _ in 0..200 {
            let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
            sender.send_to(b"hello", address).unwrap();
            let mut text = [0; 5];
            let (size, from) = chosen.recv_from(&mut text).unwrap();
            assert_eq!((size, from), (5, sender.local_addr().unwrap()));
        }
    }
}

/// A UDP socket with `SO_REUSEPORT`, bound to a port of the loopback device.
fn reuseport(port: u16) -> UdpSocket {
    // SAFETY: it takes no pointers.
    let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM, 0) };
    // SAFETY: the call made this descriptor for us.
    let socket = unsafe { UdpSocket::from_raw_fd(fd) };
    set_option(&socket, libc::SO_REUSEPORT, 1);
    let address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: port.to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from_ne_bytes([127, 0, 0, 1]),
        },
        sin_zero: [0; 8],
    };
    let size = size_of_val(&address) as libc::socklen_t;
    // SAFETY: the address is as large as it says.
    let status = unsafe { libc::bind(fd, (&raw const address).cast(), size) };
    assert_eq!(status, 0, "{}", std::io::Error::last_os_error());
    socket
}

fn set_option(socket: &UdpSocket, option: i32, value: i32) {
    let fd = socket.as_raw_fd();
    let size = size_of::<i32>() as libc::socklen_t;
    // SAFETY: the value is as large as it says.
    let status = unsafe {
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            option,
            (&raw const value).cast(),
            size,
        )
    };
    assert_eq!(status, 0, "{}", std::io::Error::last_os_error());
}

#[test]
fn a_file_has_storage() {
    let loaded = loaded!();
    let map = &loaded.maps.k_inode_storage;
    let file = tempfile::tempfile().unwrap();
    match map.insert(&file, &Usage::ZERO) {
        Err(Error::Os {
            errno: libc::EBADF, ..
        }) => skipped("the BPF LSM (`lsm=…,bpf`)"),
        other => other.unwrap(),
    }
}
