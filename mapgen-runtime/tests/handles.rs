//! What every handle is, whatever its kind: owned, cloneable, and for any thread.

mod support;

use std::fmt::Debug;
use std::os::fd::AsFd;

use mapgen_runtime::{
    Array, ArrayOfMaps, Binding, BloomFilter, CgroupArray, CgroupStorage, CgrpStorage, CpuMap,
    DevMap, DevMapHash, Handle, HashMap, HashOfMaps, InodeStorage, LpmTrie, LruHashMap, Map,
    MapKind, PerCpuArray, PerCpuCgroupStorage, PerCpuHashMap, PerfEventArray, PerfEvents,
    ProgArray, Queue, RawMap, ReusePortSockArray, RingBuf, SkStorage, SockHash, SockMap, Stack,
    StackTraces, TaskStorage, UserRingBuf, XskMap,
};
use support::{bind, spec};

bind!(Inner = Array<u64>, spec("inner", MapKind::Array, 4, 8, 1));

/// Fails to compile for a handle that is not.
const fn is_one<H>()
where
    H: Handle + Clone + Debug + AsFd + Send + Sync + Unpin + 'static,
{
}

/// No type of keys or values takes any of that away.
const fn all<M: Binding + 'static>() {
    is_one::<HashMap<u32, u64>>();
    is_one::<LruHashMap<u32, u64>>();
    is_one::<PerCpuHashMap<u32, u64>>();
    is_one::<Array<u64>>();
    is_one::<PerCpuArray<u64>>();
    is_one::<LpmTrie<u64, u64>>();
    is_one::<Queue<u64>>();
    is_one::<Stack<u64>>();
    is_one::<BloomFilter<u64>>();
    is_one::<RingBuf<u64>>();
    is_one::<ArrayOfMaps<M>>();
    is_one::<HashOfMaps<u32, M>>();
    is_one::<TaskStorage<u64>>();
    is_one::<InodeStorage<u64>>();
    is_one::<SkStorage<u64>>();
    is_one::<CgrpStorage<u64>>();
    is_one::<CgroupStorage<u64, u64>>();
    is_one::<PerCpuCgroupStorage<u64, u64>>();
    is_one::<ProgArray>();
    is_one::<PerfEventArray>();
    is_one::<PerfEvents<u64>>();
    is_one::<UserRingBuf<u64>>();
    is_one::<CgroupArray>();
    is_one::<XskMap>();
    is_one::<SockMap>();
    is_one::<SockHash<u64>>();
    is_one::<ReusePortSockArray>();
    is_one::<DevMap>();
    is_one::<DevMapHash>();
    is_one::<CpuMap>();
    is_one::<StackTraces>();
    is_one::<RawMap>();
}

const fn is_for_any_thread<T: Clone + Debug + Send + Sync + 'static>() {}

const _: () = is_for_any_thread::<Map>();

#[test]
fn every_handle_is_owned_cloneable_and_for_any_thread() {
    // That it compiles is the test; this says with which inner map.
    const { all::<Inner>() };
}
