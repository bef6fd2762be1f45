//! What is promised not to allocate does not, by a counting allocator.

#[path = "support/ints.rs"]
mod ints;
#[path = "support/programs.rs"]
mod programs;
mod support;

use ints::{UNSIGNED, with_btf};
use mapgen_runtime::{
    Array, ArrayOfMaps, BloomFilter, CLayout, CpuMap, DevMap, HashMap, HashOfMaps, LpmTrie,
    LruHashMap, MapKind, MapSpec, PerCpu, PerCpuArray, PerCpuHashMap, ProgArray, Queue, SockMap,
    Stack, StackTraces, TaskStorage,
};
use mapgen_test_support::allocations::{Counting, count as allocations};
use programs::{Attach, Type, load, returns};
use support::{bind, created, needs_kernel, spec, with_flags};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

bind!(Conns = HashMap<u32, [u64; 4]>, spec("conns", MapKind::Hash, 4, 32, 10_000));
bind!(Recent = LruHashMap<u32, u64>, spec("recent", MapKind::LruHash, 4, 8, 1000));
bind!(
    Packets = PerCpuHashMap<u32, u64>,
    spec("packets", MapKind::PerCpuHash, 4, 8, 10_000)
);
bind!(
    Tables = PerCpuHashMap<u32, [u64; 512]>,
    spec("tables", MapKind::PerCpuHash, 4, 4096, 10)
);
bind!(
    Histogram = Array<u64>,
    with_flags(spec("histogram", MapKind::Array, 4, 8, 10_000), 1 << 10)
);
bind!(Drops = PerCpuArray<u64>, spec("drops", MapKind::PerCpuArray, 4, 8, 10_000));

#[derive(Clone, Copy, CLayout)]
#[repr(C)]
struct Route {
    prefixlen: u32,
    addr: [u8; 4],
}

bind!(
    Routes = LpmTrie<Route, u64>,
    with_flags(spec("routes", MapKind::LpmTrie, 8, 8, 100), 1)
);
bind!(Waiting = Queue<u64>, spec("waiting", MapKind::Queue, 0, 8, 100));
bind!(Free = Stack<u64>, spec("free", MapKind::Stack, 0, 8, 100));
bind!(Seen = BloomFilter<u64>, spec("seen", MapKind::BloomFilter, 0, 8, 100));
bind!(Tasks = TaskStorage<u64>, {
    let spec = with_flags(spec("tasks", MapKind::TaskStorage, 4, 8, 0), 1);
    let mut spec = with_btf(spec, &UNSIGNED);
    spec.min_entries = 0;
    spec
});

static INNER: MapSpec = spec("inner", MapKind::Array, 4, 8, 1);
bind!(Inner = Array<u64>, INNER);
bind!(Tenants = ArrayOfMaps<Inner>, {
    let mut spec = spec("tenants", MapKind::ArrayOfMaps, 4, 4, 4);
    spec.inner = Some(&INNER);
    spec
});
bind!(ByName = HashOfMaps<u64, Inner>, {
    let mut spec = spec("by_name", MapKind::HashOfMaps, 8, 4, 4);
    spec.inner = Some(&INNER);
    spec
});
bind!(
    Jumps = ProgArray,
    spec("jumps", MapKind::ProgArray, 4, 4, 4)
);
bind!(Ports = DevMap, spec("ports", MapKind::DevMap, 4, 8, 4));
bind!(Cpus = CpuMap, spec("cpus", MapKind::CpuMap, 4, 8, 4));
bind!(Peers = SockMap, spec("peers", MapKind::SockMap, 4, 8, 4));
bind!(
    Stacks = StackTraces,
    spec("stacks", MapKind::StackTrace, 4, 512, 4)
);

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(Box::new(1))), 1);
}

#[test]
fn point_operations_of_a_hash_allocate_nothing() {
    needs_kernel!();
    let map = Conns::create().unwrap();
    let mut value = [0; 4];
    let count = allocations(|| {
        for key in 0..100 {
            map.insert(&key, &[1; 4]).unwrap();
            map.try_insert(&(key + 1000), &[1; 4]).unwrap();
            map.replace(&key, &[2; 4]).unwrap();
            assert_eq!(map.get(&key).unwrap(), Some([2; 4]));
            assert_eq!(map.get(&5000).unwrap(), None);
            assert!(map.get_into(&key, &mut value).unwrap());
            assert!(map.contains_key(&key).unwrap());
            assert!(!map.contains_key(&5000).unwrap());
            map.modify(&key, |value| value[0] = 3).unwrap();
            assert!(!map.is_empty().unwrap());
            assert_eq!(map.remove(&key).unwrap(), Some([3, 2, 2, 2]));
            assert_eq!(map.remove(&key).unwrap(), None);
            assert!(map.delete(&(key + 1000)).unwrap());
            assert!(!map.delete(&key).unwrap());
        }
    });
    assert_eq!(count, 0);
    let map = Recent::create().unwrap();
    let count = allocations(|| {
        for key in 0..5000 {
            map.insert(&key, &1).unwrap();
            map.get(&key).unwrap();
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn errors_that_programs_expect_allocate_nothing() {
    needs_kernel!();
    let map = Conns::create_with(|spec| spec.max_entries = 1).unwrap();
    map.insert(&1, &[0; 4]).unwrap();
    let count = allocations(|| {
        assert!(map.insert(&2, &[0; 4]).is_err());
        assert!(map.try_insert(&1, &[0; 4]).is_err());
        assert!(map.replace(&2, &[0; 4]).is_err());
    });
    assert_eq!(count, 0);
}

#[test]
fn per_cpu_reads_allocate_nothing_and_get_once() {
    needs_kernel!();
    let map = Packets::create().unwrap();
    let one = PerCpu::from_fn(|_| 1u64).unwrap();
    let mut into = PerCpu::new().unwrap();
    let count = allocations(|| {
        for key in 0..100 {
            map.insert(&key, &one).unwrap();
            assert!(map.get_into(&key, &mut into).unwrap());
            assert!(map.sum(&key).unwrap().is_some());
            assert!(map.sum(&5000).unwrap().is_none());
            assert!(
                map.fold(&key, 0, |most, value| value.max(most))
                    .unwrap()
                    .is_some()
            );
            assert!(map.contains_key(&key).unwrap());
        }
    });
    assert_eq!(count, 0);
    assert_eq!(allocations(|| drop(map.get(&1).unwrap())), 1);
    assert_eq!(allocations(|| drop(map.remove(&1).unwrap())), 1);

    let array = Drops::create().unwrap();
    let count = allocations(|| {
        for index in 0..100 {
            array.set(index, &one).unwrap();
            array.get_into(index, &mut into).unwrap();
            array.sum(index).unwrap();
            array.fold(index, 0, |most, value| value.max(most)).unwrap();
        }
    });
    assert_eq!(count, 0);
    assert_eq!(allocations(|| drop(array.get(1).unwrap())), 1);

    // Large values too: beyond 32 KiB in total a thread allocates once, for good.
    let map = Tables::create().unwrap();
    map.insert(&1, &PerCpu::from_fn(|_| [1; 512]).unwrap())
        .unwrap();
    map.sum(&1).unwrap();
    assert_eq!(allocations(|| assert!(map.sum(&1).unwrap().is_some())), 0);
}

#[test]
fn point_operations_of_bloom_filters_allocate_nothing() {
    needs_kernel!();
    let Some(seen) = created(Seen::create(), MapKind::BloomFilter, (5, 16)) else {
        return;
    };
    let count = allocations(|| {
        for n in 0..10 {
            seen.insert(&n).unwrap();
            assert!(seen.may_contain(&n).unwrap());
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn point_operations_of_tries_and_queues_allocate_nothing() {
    needs_kernel!();
    let (routes, waiting) = (Routes::create().unwrap(), Waiting::create().unwrap());
    let free = Free::create().unwrap();
    let mut value = 0;
    let count = allocations(|| {
        for n in 0..10 {
            let key = routes.prefix(16, [10, n, 0, 0]).unwrap();
            routes.insert(&key, &n.into()).unwrap();
            assert_eq!(routes.get(&key).unwrap(), Some(n.into()));
            assert!(routes.get_into(&key, &mut value).unwrap());
            assert!(!routes.is_empty().unwrap());
            assert!(routes.delete(&key).unwrap());
            assert!(routes.prefix(33, [10, n, 0, 0]).is_err());

            waiting.push(&n.into()).unwrap();
            free.push_overwrite(&n.into()).unwrap();
            assert!(!waiting.is_empty().unwrap());
            assert_eq!(waiting.peek().unwrap(), waiting.pop().unwrap());
            assert_eq!(free.peek().unwrap(), free.pop().unwrap());
            assert_eq!(free.pop().unwrap(), None);
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn point_operations_of_task_storage_allocate_nothing() {
    needs_kernel!();
    let Some(tasks) = created(Tasks::create(), MapKind::TaskStorage, (5, 11)) else {
        return;
    };
    let me = mapgen_runtime::pidfd(std::process::id()).unwrap();
    let count = allocations(|| {
        for _ in 0..10 {
            tasks.insert(&me, &1).unwrap();
            tasks.replace(&me, &2).unwrap();
            assert_eq!(tasks.get(&me).unwrap(), Some(2));
            assert!(tasks.delete(&me).unwrap());
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn point_operations_by_descriptor_allocate_nothing() {
    needs_kernel!();
    let by_name = ByName::create().unwrap();
    let (tenants, jumps) = (Tenants::create().unwrap(), Jumps::create().unwrap());
    let (ports, cpus) = (Ports::create().unwrap(), Cpus::create().unwrap());
    let (peers, stacks) = (Peers::create().unwrap(), Stacks::create().unwrap());
    let inner = Inner::create().unwrap();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let program = load(Type::SocketFilter, None, &returns(0));
    let at_device = load(Type::Xdp, Some(Attach::XdpDevMap), &returns(2));
    let mut frames = Vec::with_capacity(64);
    let count = allocations(|| {
        for _ in 0..10 {
            tenants.set(0, &inner).unwrap();
            assert!(tenants.id(0).unwrap().is_some());
            assert!(tenants.delete(0).unwrap());
            by_name.insert(&7, &inner).unwrap();
            by_name.replace(&7, &inner).unwrap();
            assert!(by_name.contains_key(&7).unwrap());
            assert!(by_name.delete(&7).unwrap());
            jumps.set(0, &program).unwrap();
            assert!(jumps.get(0).unwrap().is_some());
            assert!(jumps.delete(0).unwrap());
            ports.set(0, 1).unwrap();
            ports.set_with_program(0, 1, &at_device).unwrap();
            assert!(ports.get(0).unwrap().is_some());
            ports.delete(0).unwrap();
            cpus.set(0, 64).unwrap();
            assert!(cpus.get(0).unwrap().is_some());
            cpus.delete(0).unwrap();
            peers.set(0, &socket).unwrap();
            assert!(peers.get(0).unwrap().is_some());
            assert!(peers.delete(0).unwrap());
            assert!(!stacks.get_into(0, &mut frames).unwrap());
            assert!(!stacks.delete(0).unwrap());
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn iteration_allocates_nothing_per_entry() {
    needs_kernel!();
    let few = Conns::create().unwrap();
    few.extend((0..10).map(|key| (key, [0; 4]))).unwrap();
    let many = Conns::create().unwrap();
    many.extend((0..10_000).map(|key| (key, [0; 4]))).unwrap();
    let walk = |map: &Conns| allocations(|| assert!(map.iter().all(|entry| entry.is_ok())));
    assert_eq!(walk(&few), walk(&many));
    println!("{} allocations for 10,000 entries", walk(&many));
    assert!(walk(&many) <= 8);
    // The first call may load what counts.
    many.len().unwrap();
    assert!(allocations(|| assert_eq!(many.len().unwrap(), 10_000)) <= 8);
    assert!(allocations(|| many.retain(|key, _| key % 2 == 0).unwrap()) <= 16);
    assert!(allocations(|| assert_eq!(many.drain().count(), 5000)) <= 8);
    let entries = (0..10_000).map(|key| (key, [0; 4]));
    assert!(allocations(|| many.extend(entries).unwrap()) <= 8);
    assert!(allocations(|| many.clear().unwrap()) <= 8);

    let packets = Packets::create().unwrap();
    let one = PerCpu::from_fn(|_| 1u64).unwrap();
    packets
        .extend((0..10_000).map(|key| (key, one.clone())))
        .unwrap();
    assert!(allocations(|| assert_eq!(packets.sums().count(), 10_000)) <= 8);
    let mut total = 0;
    let count = allocations(|| {
        packets
            .for_each(|_, values| total += values.total())
            .unwrap()
    });
    assert!(count <= 8, "{count}");
    assert_eq!(total, 10_000 * one.total());

    let histogram = Histogram::create().unwrap();
    assert!(allocations(|| assert_eq!(histogram.sum_all().unwrap(), 0)) <= 8);
    let drops = Drops::create().unwrap();
    assert!(allocations(|| assert_eq!(drops.sum_all().unwrap().len(), 10_000)) <= 8);
}

#[test]
fn a_mapped_array_allocates_nothing() {
    needs_kernel!();
    let histogram = Histogram::create().unwrap();
    let memory = histogram.mapped().unwrap();
    let count = allocations(|| {
        for index in 0..1000 {
            memory.store(index, &1).unwrap();
            memory.load(index).unwrap();
            histogram.set(index, &2).unwrap();
            histogram.get(index).unwrap();
        }
        assert_eq!(memory.iter().sum::<u64>(), 2000);
        assert!(memory.load(10_000).is_err());
    });
    assert_eq!(count, 0);
}
