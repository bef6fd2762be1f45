//! Maps of programs that load with aya.
//!
//! aya reuses a pinned map whatever its layout, and takes the types of keys and values on
//! trust. A generated handle on the same map adds the load gate, the typed operations and
//! what they say when something is wrong; attaching stays with aya.
//!
//! ```no_run
//! use mapgen_runtime::{Binding, Error};
//!
//! /// What `flow::Conns::try_from(map)` does.
//! fn conns<Conns>(loaded: &aya::Ebpf) -> Result<Conns, Box<dyn std::error::Error>>
//! where
//!     Conns: Binding + for<'a> TryFrom<&'a aya::maps::Map, Error = Error>,
//! {
//!     let map = loaded.map("conns").ok_or("the object has no map `conns`")?;
//!     Ok(Conns::try_from(map)?)
//! }
//! ```
//!
//! For a map that aya was asked to give away (`take_map`, `MapData`), `from_fd(data.fd())`
//! does the same.

use std::os::fd::{AsFd, BorrowedFd};

pub use ::aya::maps::Map;

/// The descriptor of a map of any kind, for `from_fd` and for `Maps::from_fn`.
///
/// ```no_run
/// # fn example(loaded: &aya::Ebpf) {
/// for (name, map) in loaded.maps() {
///     println!("{name}: {:?}", mapgen_runtime::aya::fd(map));
/// }
/// # }
/// ```
pub fn fd(map: &Map) -> BorrowedFd<'_> {
    let data = match map {
        Map::Array(data)
        | Map::ArrayOfMaps(data)
        | Map::BloomFilter(data)
        | Map::CgroupArray(data)
        | Map::CgroupStorage(data)
        | Map::CgrpStorage(data)
        | Map::CpuMap(data)
        | Map::DevMap(data)
        | Map::DevMapHash(data)
        | Map::HashMap(data)
        | Map::HashOfMaps(data)
        | Map::InodeStorage(data)
        | Map::LpmTrie(data)
        | Map::LruHashMap(data)
        | Map::PerCpuArray(data)
        | Map::PerCpuCgroupStorage(data)
        | Map::PerCpuHashMap(data)
        | Map::PerCpuLruHashMap(data)
        | Map::PerfEventArray(data)
        | Map::ProgramArray(data)
        | Map::Queue(data)
        | Map::ReusePortSockArray(data)
        | Map::RingBuf(data)
        | Map::SockHash(data)
        | Map::SockMap(data)
        | Map::SkStorage(data)
        | Map::Stack(data)
        | Map::StackTraceMap(data)
        | Map::Unsupported(data)
        | Map::XskMap(data) => data,
    };
    data.fd().as_fd()
}
