//! Maps of programs that load with aya, or with a skeleton of libbpf-cargo.

use std::mem::MaybeUninit;
use std::os::fd::AsFd;

use libbpf_rs::skel::{OpenSkel, SkelBuilder};
use libbpf_rs::{MapCore, MapFlags};
use mapgen_runtime::{Binding, Error, HashMap, MapSpec, Proof, bytemuck};
use mapgen_test_interop::flow;
use mapgen_test_interop::flow::types::{FlowKey, FlowStats};
use mapgen_test_interop::skeleton::FlowSkelBuilder;
use mapgen_test_support::BpfFs;

const KEY: FlowKey = FlowKey {
    proto: 6,
    ..FlowKey::ZERO
};
const STATS: FlowStats = FlowStats {
    packets: 3,
    bytes: 180,
    ..FlowStats::ZERO
};

/// A map with the sizes of `conns`, and other types.
fn look_alike() -> HashMap<[u64; 2], [u64; 4]> {
    #[derive(Clone, Debug)]
    struct LookAlike(HashMap<[u64; 2], [u64; 4]>);
    impl LookAlike {
        const SPEC: MapSpec = MapSpec {
            btf: &[],
            ..flow::Conns::SPEC
        };
    }
    mapgen_runtime::__private::handle!(LookAlike => HashMap<[u64; 2], [u64; 4]>);
    LookAlike::create().unwrap().as_handle().clone()
}

fn load_with_aya(fs: &BpfFs) -> aya::Ebpf {
    aya::EbpfLoader::new()
        .default_map_pin_directory(fs.root())
        .load(flow::OBJECT)
        .unwrap()
}

#[test]
fn a_map_that_aya_loaded_opens_through_the_gate() {
    let Some(fs) = BpfFs::mount() else { return };
    let loaded = load_with_aya(&fs);
    let conns = flow::Conns::try_from(loaded.map("conns").unwrap()).unwrap();
    assert_eq!(conns.proof(), Proof::Members);
    conns.insert(&KEY, &STATS).unwrap();
    // aya sees what the handle wrote, byte by byte.
    let theirs: aya::maps::HashMap<_, [u8; 16], [u64; 4]> =
        loaded.map("conns").unwrap().try_into().unwrap();
    let value = theirs.get(bytemuck::cast_ref(&KEY), 0).unwrap();
    assert_eq!(value, [3, 180, 0, 0]);
}

#[test]
fn all_maps_of_aya_open_by_name_and_by_descriptor() {
    let Some(fs) = BpfFs::mount() else { return };
    let mut loaded = load_with_aya(&fs);
    let maps = flow::Maps::from_fn(|name| {
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        loaded
            .map(name)
            .map(mapgen_runtime::aya::fd)
            .ok_or_else(missing)
    });
    let events = maps.unwrap().events;
    let Some(aya::maps::Map::RingBuf(data)) = loaded.take_map("events") else {
        panic!("aya has no ring buffer `events`");
    };
    let taken = flow::Events::from_fd(data.fd()).unwrap();
    assert_eq!(taken.info().id(), events.info().id());
}

#[test]
fn what_aya_takes_for_the_map_by_its_name_is_refused() {
    let Some(fs) = BpfFs::mount() else { return };
    let loaded = load_with_aya(&fs);
    let other = flow::Conns::try_from(loaded.map("proto_stats").unwrap());
    assert!(matches!(other, Err(Error::Mismatch(_))));
}

#[test]
fn a_map_of_a_skeleton_opens_through_the_gate() {
    let Some(fs) = BpfFs::mount() else { return };
    let mut place = MaybeUninit::uninit();
    let mut builder = FlowSkelBuilder::default();
    builder
        .object_builder_mut()
        .pin_root_path(fs.root())
        .unwrap();
    let skeleton = builder.open(&mut place).unwrap().load().unwrap();
    let conns = flow::Conns::from_map(&skeleton.maps.conns).unwrap();
    assert_eq!(conns.proof(), Proof::Members);
    conns.insert(&KEY, &STATS).unwrap();
    let theirs = skeleton
        .maps
        .conns
        .lookup(bytemuck::bytes_of(&KEY), MapFlags::ANY)
        .unwrap();
    assert_eq!(theirs.unwrap(), bytemuck::bytes_of(&STATS));
    assert!(flow::Conns::from_map(&skeleton.maps.proto_stats).is_err());
    // Its own BTF is at hand, so that no capability is needed to compare.
    use libbpf_rs::skel::Skel;
    let again = flow::Conns::from_object(skeleton.object()).unwrap();
    assert_eq!(again.info().id(), conns.info().id());
}

#[test]
fn a_skeleton_takes_the_map_of_a_handle() {
    let Some(fs) = BpfFs::mount() else { return };
    let mine = flow::Conns::create_with(|spec| spec.max_entries = 100_000).unwrap();
    let mut place = MaybeUninit::uninit();
    let mut builder = FlowSkelBuilder::default();
    builder
        .object_builder_mut()
        .pin_root_path(fs.root())
        .unwrap();
    let mut open = builder.open(&mut place).unwrap();
    open.maps.conns.reuse_fd(mine.as_fd()).unwrap();
    let skeleton = open.load().unwrap();
    let theirs = flow::Conns::from_map(&skeleton.maps.conns).unwrap();
    assert_eq!(theirs.info().id(), mine.info().id());
    assert_eq!(theirs.capacity(), 100_000);
}

/// Both loaders take a map of equal sizes; the gate does not.
#[test]
fn a_map_of_equal_sizes_that_a_loader_reused_is_refused() {
    let Some(fs) = BpfFs::mount() else { return };
    let mut place = MaybeUninit::uninit();
    let mut builder = FlowSkelBuilder::default();
    builder
        .object_builder_mut()
        .pin_root_path(fs.root())
        .unwrap();
    let mut open = builder.open(&mut place).unwrap();
    let foreign = look_alike();
    open.maps.conns.reuse_fd(foreign.as_fd()).unwrap();
    let skeleton = open.load().unwrap();
    let refused = flow::Conns::from_map(&skeleton.maps.conns).unwrap_err();
    assert!(refused.to_string().contains("it has no BTF"), "{refused}");
}

/// `?` on both kinds of errors.
#[test]
fn errors_of_libbpf_rs_become_ours() {
    fn open() -> mapgen_runtime::Result<flow::Conns> {
        let map = libbpf_rs::MapHandle::from_pinned_path("/proc/nothing")?;
        flow::Conns::from_map(&map)
    }
    let error = open().unwrap_err();
    assert!(matches!(error, Error::Os { errno: 2, .. }), "{error:?}");
    let invalid = libbpf_rs::Error::from_raw_os_error(22);
    assert_eq!(
        Error::from(invalid).to_string(),
        "call of `libbpf-rs` failed: Invalid argument (os error 22)"
    );
}
