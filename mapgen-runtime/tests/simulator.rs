//! The simulated kernel through the handles. No test here needs a kernel or privileges,
//! and all but those that wait run under Miri.

mod support;

use std::time::Duration;

use mapgen_runtime::testing::{self, Fault, Faults, Kernel, Op};
use mapgen_runtime::{
    Array, Difference, Error, HashMap, LruHashMap, MapKind, PerCpu, PerCpuArray, PerCpuHashMap,
    RawMap, RingBuf,
};
use support::{bind, spec, with_flags};

bind!(
    Conns = HashMap<u32, u64>,
    spec("conns", MapKind::Hash, 4, 8, 8)
);
bind!(
    Recent = LruHashMap<u32, u64>,
    spec("recent", MapKind::LruHash, 4, 8, 4)
);
bind!(
    Packets = PerCpuHashMap<u32, u32>,
    spec("packets", MapKind::PerCpuHash, 4, 4, 8)
);
bind!(
    Drops = PerCpuArray<u64>,
    spec("drops", MapKind::PerCpuArray, 4, 8, 3)
);
bind!(
    Totals = Array<u64>,
    with_flags(spec("totals", MapKind::Array, 4, 8, 5), 1 << 10)
);
bind!(
    Events = RingBuf<[u64; 3]>,
    spec("events", MapKind::RingBuf, 0, 0, 4096)
);
bind!(Jobs = RawMap, spec("jobs", MapKind::Queue, 0, 8, 2));

#[test]
fn a_full_hash_says_so_and_takes_replacements() {
    let conns = Conns::simulated().unwrap();
    for key in 0..8 {
        conns.insert(&key, &1).unwrap();
    }
    assert_eq!(
        conns.insert(&8, &1),
        Err(Error::Full {
            map: "conns".into(),
            capacity: 8,
            entries: Some(8),
        })
    );
    conns.insert(&7, &2).unwrap();
    assert_eq!(conns.get(&7), Ok(Some(2)));
    assert_eq!(conns.remove(&7), Ok(Some(2)));
    conns.try_insert(&8, &1).unwrap();
    assert_eq!(conns.len(), Ok(8));
}

#[test]
fn clones_are_one_map_and_each_simulation_is_another() {
    let conns = Conns::simulated().unwrap();
    let clone = conns.clone();
    conns.insert(&1, &1).unwrap();
    assert_eq!(clone.get(&1), Ok(Some(1)));
    let other = Conns::simulated().unwrap();
    assert_eq!(other.get(&1), Ok(None));
    assert_ne!(other.info().id(), conns.info().id());
}

#[test]
fn a_frozen_map_is_written_by_programs_only() {
    let conns = Conns::simulated().unwrap();
    testing::simulation(&conns).unwrap().freeze();
    let refused = Err(Error::Access {
        op: "insert",
        map: "conns".into(),
        why: "the map is frozen",
    });
    assert_eq!(conns.insert(&1, &1), refused);
    assert!(matches!(conns.clear(), Err(Error::Access { .. })));
    testing::program(&conns).unwrap().insert(&1, &1).unwrap();
    assert_eq!(conns.get(&1), Ok(Some(1)));
}

#[test]
fn access_flags_bind_the_side_that_they_name() {
    let kernel = Kernel::new();
    // BPF_F_RDONLY, BPF_F_WRONLY.
    let read_only: Conns = kernel.create_with(|spec| spec.map_flags = 1 << 3).unwrap();
    let program = testing::program(&read_only).unwrap();
    program.insert(&1, &1).unwrap();
    assert_eq!(read_only.get(&1), Ok(Some(1)));
    let why = |error: Error| match error {
        Error::Access { why, .. } => why,
        other => panic!("{other}"),
    };
    assert_eq!(
        why(read_only.delete(&1).unwrap_err()),
        "its descriptor is read-only"
    );
    let write_only: Conns = kernel.create_with(|spec| spec.map_flags = 1 << 4).unwrap();
    write_only.insert(&1, &1).unwrap();
    assert_eq!(
        why(write_only.get(&1).unwrap_err()),
        "its descriptor is write-only"
    );
}

#[test]
fn an_lru_map_evicts_what_was_used_least_recently() {
    let recent = Recent::simulated().unwrap();
    let program = testing::program(&recent).unwrap();
    for key in 0..4 {
        recent.insert(&key, &0).unwrap();
    }
    // A program's look-up is a use, ours is none.
    program.get(&0).unwrap();
    recent.get(&1).unwrap();
    recent.insert(&4, &0).unwrap();
    recent.insert(&5, &0).unwrap();
    let mut keys: Vec<u32> = recent.keys().collect::<Result<_, _>>().unwrap();
    keys.sort_unstable();
    assert_eq!(keys, [0, 3, 4, 5]);
}

#[test]
fn an_overflow_on_the_dot_is_had_of_an_lru_map_too() {
    let faults = Faults::new()
        .max_entries("recent", 100)
        .simulate_overflow("recent");
    let kernel = Kernel::builder().faults(faults).build();
    let recent: Recent = kernel.create().unwrap();
    for key in 0..100 {
        recent.insert(&key, &0).unwrap();
    }
    assert!(matches!(
        recent.insert(&100, &0),
        Err(Error::Full { capacity: 100, .. })
    ));
    assert_eq!(recent.len(), Ok(100));
}

#[test]
fn per_cpu_values_have_the_cpus_of_the_simulated_kernel() {
    let kernel = Kernel::builder().possible_cpus(&[0, 2, 3]).build();
    let packets: Packets = kernel.create().unwrap();
    let program = || testing::program(&packets).unwrap();
    program().on_cpu(2).unwrap().insert(&6, &5).unwrap();
    program().on_cpu(3).unwrap().insert(&6, &7).unwrap();
    let counts = packets.get(&6).unwrap().unwrap();
    assert_eq!(
        counts.by_cpu().collect::<Vec<_>>(),
        [(0, &0), (2, &5), (3, &7)]
    );
    assert_eq!(packets.sum(&6), Ok(Some(12)));
    assert_eq!(program().on_cpu(3).unwrap().get(&6), Ok(Some(7)));
    assert!(matches!(
        program().on_cpu(1),
        Err(Error::OutOfRange { index: 1, .. })
    ));

    packets.insert(&17, &kernel.per_cpu(|cpu| cpu)).unwrap();
    assert_eq!(packets.sum(&17), Ok(Some(5)));
    let _entered = kernel.enter();
    packets
        .insert(&1, &PerCpu::from_fn(|cpu| cpu + 1).unwrap())
        .unwrap();
    assert_eq!(packets.sum(&1), Ok(Some(8)));
}

#[test]
fn a_per_cpu_value_for_other_cpus_is_refused_and_never_read_past() {
    let (few, many) = (
        Kernel::builder().possible_cpus(&[0]).build(),
        Kernel::builder().possible_cpus(&[0, 1, 2, 3]).build(),
    );
    let drops: Drops = many.create().unwrap();
    let size = Error::Size {
        map: "drops".into(),
        what: "value",
        expected: 32,
        found: 8,
    };
    assert_eq!(drops.set(0, &few.per_cpu(|_| 1)), Err(size.clone()));
    assert_eq!(drops.get_into(0, &mut few.per_cpu(|_| 1)), Err(size));
    let packets: Packets = many.create().unwrap();
    let entries = [(1, few.per_cpu(|_| 1))];
    assert!(matches!(packets.extend(entries), Err(Error::Size { .. })));
    assert_eq!(packets.is_empty(), Ok(true));
}

#[test]
fn an_array_is_there_from_the_start_and_can_be_mapped() {
    let totals = Totals::simulated().unwrap();
    assert_eq!(totals.iter().count(), 5);
    totals.set(4, &7).unwrap();
    assert!(matches!(totals.get(5), Err(Error::OutOfRange { .. })));
    let mapped = totals.mapped().unwrap();
    assert_eq!(mapped.load(4), Ok(7));
    mapped.store(0, &3).unwrap();
    assert_eq!(totals.sum_all(), Ok(10));
    let program = testing::program(&totals).unwrap();
    program.modify(&0, |total| *total += 1).unwrap();
    assert_eq!(mapped.iter().collect::<Vec<_>>(), [4, 0, 0, 0, 7]);

    testing::simulation(&totals).unwrap().freeze();
    let frozen = totals.mapped().unwrap();
    assert_eq!(frozen.load(4), Ok(7));
    assert!(matches!(frozen.store(4, &1), Err(Error::Access { .. })));
}

#[test]
fn a_queue_is_popped_in_order_and_full_at_its_capacity() {
    let jobs = Jobs::simulated().unwrap();
    let value = |number: u64| number.to_ne_bytes();
    jobs.insert(&[], &value(1)).unwrap();
    jobs.insert(&[], &value(2)).unwrap();
    assert!(matches!(
        jobs.insert(&[], &value(3)),
        Err(Error::Full { capacity: 2, .. })
    ));
    assert_eq!(jobs.remove(&[]), Ok(Some(value(1).to_vec())));
    assert_eq!(jobs.get(&[]), Ok(Some(value(2).to_vec())));
}

#[test]
fn records_come_in_order_and_are_lost_when_there_is_no_room() {
    let events = Events::simulated().unwrap();
    let producer = testing::producer(&events).unwrap();
    let mut consumer = events.consumer().unwrap();
    // A header of 8 bytes and 24 of the record: 127 of them and never the last byte
    // (`new_prod_pos - cons_pos > rb->mask` in `__bpf_ringbuf_reserve`).
    let mut next = 0;
    for _ in 0..3 {
        let mut pushed = 0;
        while producer.push(&[next + pushed, 0, 1]) {
            pushed += 1;
        }
        assert_eq!(pushed, 127);
        let mut seen = Vec::new();
        let count = consumer.consume(|event| seen.push(event[0])).unwrap();
        assert_eq!(count, 127);
        assert!(seen.iter().copied().eq(next..next + pushed));
        next += pushed;
    }
    assert_eq!(consumer.pending_bytes(), 0);
    assert!(matches!(events.consumer(), Err(Error::Busy { .. })));
}

#[test]
fn records_that_wrap_around_the_end_are_whole() {
    let events = Events::simulated().unwrap();
    let producer = testing::producer(&events).unwrap();
    let mut consumer = events.consumer().unwrap();
    for round in 0..40u8 {
        let record: Vec<u8> = (0..1001).map(|at| round.wrapping_add(at as u8)).collect();
        assert!(producer.push_bytes(&record));
        assert!(producer.push_bytes(&record[..3]));
        let mut seen = Vec::new();
        consumer
            .consume_raw(|record| seen.push(record.to_vec()))
            .unwrap();
        assert_eq!(seen, [&record[..], &record[..3]]);
    }
    assert!(!producer.push_bytes(&[0; 4089]));
    assert!(!producer.push_bytes(&[0; 4088]));
    assert!(producer.push_bytes(&[0; 4080]));
}

#[test]
fn a_reserved_record_holds_up_later_ones_and_a_discarded_one_is_passed_over() {
    let events = Events::simulated().unwrap();
    let producer = testing::producer(&events).unwrap();
    let mut consumer = events.consumer().unwrap();
    let mut first = producer.reserve().unwrap();
    let second = producer.reserve().unwrap();
    assert!(producer.push(&[3, 3, 3]));
    first.record()[0] = 1;
    assert_eq!(consumer.consume(|_| panic!("none is there")), Ok(0));
    assert_eq!(consumer.pending_bytes(), 96);
    first.submit();
    second.discard();
    let mut seen = Vec::new();
    assert_eq!(consumer.consume(|event| seen.push(event)), Ok(2));
    assert_eq!(seen, [[1, 0, 0], [3, 3, 3]]);
}

#[test]
#[cfg_attr(miri, ignore = "it waits, which Miri does not simulate")]
fn a_consumer_wakes_for_a_record_and_sleeps_without() {
    let events = Events::simulated().unwrap();
    let mut consumer = events.consumer().unwrap();
    let short = Duration::from_millis(5);
    assert_eq!(consumer.poll(short, |_| ()), Ok(0));
    assert!(testing::producer(&events).unwrap().push(&[1, 1, 1]));
    assert_eq!(consumer.poll(Duration::MAX, |_| ()), Ok(1));
    assert_eq!(consumer.poll(short, |_| ()), Ok(0));
    let handle = events.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(short);
        assert!(testing::producer(&*handle).unwrap().push(&[2, 2, 2]));
    });
    assert_eq!(consumer.poll(Duration::MAX, |_| ()), Ok(1));
    thread.join().unwrap();
}

#[test]
fn maps_are_found_by_pin_by_id_and_by_name() {
    let kernel = Kernel::new();
    let conns: Conns = kernel.create().unwrap();
    conns.insert(&1, &1).unwrap();
    conns.pin("/sys/fs/bpf/here").unwrap();
    assert!(matches!(
        conns.pin("/sys/fs/bpf/here"),
        Err(Error::Os {
            errno: libc::EEXIST,
            ..
        })
    ));
    let id = conns.info().id();
    assert_eq!(kernel.from_id::<Conns>(id).unwrap().get(&1), Ok(Some(1)));
    assert_eq!(kernel.from_name::<Conns>().unwrap().get(&1), Ok(Some(1)));
    drop(conns);
    // Only the pin keeps it.
    let pinned: Conns = kernel.from_pinned("/sys/fs/bpf/here").unwrap();
    assert_eq!(pinned.get(&1), Ok(Some(1)));
    assert!(kernel.unpin("/sys/fs/bpf/here"));
    drop(pinned);
    assert!(matches!(
        kernel.from_id::<Conns>(id),
        Err(Error::Os {
            errno: libc::ENOENT,
            ..
        })
    ));
}

#[test]
fn a_pinned_map_of_another_binding_does_not_pass_the_gate() {
    bind!(
        Wider = HashMap<u32, [u64; 2]>,
        spec("conns", MapKind::Hash, 4, 16, 8)
    );
    let kernel = Kernel::new();
    let conns: Conns = kernel.create().unwrap();
    conns.pin("/sys/fs/bpf/conns").unwrap();
    let Err(Error::Mismatch(mismatch)) = kernel.from_pinned::<Wider>("/sys/fs/bpf/conns") else {
        panic!("it was opened");
    };
    assert_eq!(
        mismatch.differences,
        [Difference::Number {
            what: "value_size",
            expected: 16,
            found: 8,
        }]
    );
}

#[test]
fn a_fault_fails_the_call_that_it_names_and_nothing_happens() {
    let faults = Faults::new().fault("conns", Fault::new(Op::Update, libc::ENOMEM).nth(3));
    let kernel = Kernel::builder().faults(faults).build();
    let conns: Conns = kernel.create().unwrap();
    // Entries of a batch count, and those after the failure are not written.
    let error = conns.extend((0..5).map(|key| (key, 0))).unwrap_err();
    assert!(error_is(&error, libc::ENOMEM), "{error}");
    let mut keys: Vec<u32> = conns.keys().collect::<Result<_, _>>().unwrap();
    keys.sort_unstable();
    assert_eq!(keys, [0, 1]);
    conns.insert(&2, &0).unwrap();
}

fn error_is(error: &Error, expected: i32) -> bool {
    matches!(error, Error::Os { errno, .. } if *errno == expected)
}

#[test]
fn memory_that_lacks_for_a_moment_is_waited_for_where_the_kernel_does_that() {
    const NO_PREALLOC: u32 = 1;
    let kernel = Kernel::new();
    let fault = || Fault::new(Op::Update, libc::ENOMEM).times(3);
    let passing: Conns = kernel.create_with(|spec| spec.max_entries = 4).unwrap();
    testing::simulation(&passing).unwrap().inject(fault());
    assert!(error_is(&passing.insert(&1, &1).unwrap_err(), libc::ENOMEM));

    bind!(
        Lazy = HashMap<u32, u64>,
        with_flags(spec("lazy", MapKind::Hash, 4, 8, 4), NO_PREALLOC)
    );
    let lazy: Lazy = kernel.create().unwrap();
    testing::simulation(&lazy).unwrap().inject(fault());
    lazy.insert(&1, &1).unwrap();
    assert_eq!(testing::simulation(&lazy).unwrap().faults_fired(), 3);
}

#[test]
fn what_the_kernel_does_not_create_is_not_simulated_either() {
    let kernel = Kernel::new();
    let none = kernel.create_with::<Conns>(|spec| spec.max_entries = 0);
    assert!(matches!(none, Err(Error::NoCapacity { .. })));
    let both = kernel.create_with::<Conns>(|spec| spec.map_flags = 3 << 3);
    assert!(matches!(
        both,
        Err(Error::Os {
            errno: libc::EINVAL,
            ..
        })
    ));
    let wider = kernel.create_with::<Conns>(|spec| spec.value_size = 16);
    assert!(matches!(wider, Err(Error::Mismatch(_))));
}
