//! `flow.bpf.c`: packets and bytes per connection, by XDP.

use std::ffi::CString;
use std::io;
use std::net::Ipv4Addr;

use mapgen_runtime::ebpf_map;

/// The maps, types, globals and programs of `flow.bpf.o`.
#[ebpf_map(object = "flow", extern_type("struct flow_stats" = crate::flow::FlowStats))]
pub mod bpf {
    /// Live connections by 5-tuple.
    ///
    /// The program promises room for this many: an object with less does not build, and
    /// a smaller pinned or resized map does not load.
    #[ebpf_map(min_entries = 65_536)]
    pub struct Conns;

    /// New connections and blocked packets. A ring buffer does not name the type of its
    /// records, so the program does.
    #[ebpf_map(value = "struct event")]
    pub struct Events;
}

/// What is known of one connection: a type of our own, since it has methods of its own,
/// checked against the object member by member where it is written.
#[ebpf_map(object = "flow", ctype = "struct flow_stats")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct FlowStats {
    /// Packets in both directions that this interface received.
    pub packets: u64,
    /// Their bytes, headers included.
    pub bytes: u64,
    /// Monotonic time of the first packet.
    pub first_seen_ns: u64,
    /// Monotonic time of the last packet.
    pub last_seen_ns: u64,
}

impl FlowStats {
    /// Bytes per packet, 0 without packets.
    pub fn mean_packet_bytes(&self) -> u64 {
        self.bytes.checked_div(self.packets).unwrap_or(0)
    }
}

/// A connection for people: `10.0.0.1:443 > 10.0.0.2:50000`.
impl std::fmt::Display for bpf::types::FlowKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (Ipv4Addr::from(self.saddr), Ipv4Addr::from(self.daddr));
        write!(f, "{from}:{} > {to}:{}", self.sport, self.dport)
    }
}

/// The kernel's number of a network interface of this thread's network namespace.
///
/// # Errors
/// When there is no such interface.
#[expect(unsafe_code, reason = "the standard library has no if_nametoindex")]
pub fn interface_index(name: &str) -> io::Result<i32> {
    let name = CString::new(name)?;
    // SAFETY: the pointer is to a string that ends in NUL and lives through the call.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(io::Error::last_os_error()),
        index => i32::try_from(index).map_err(io::Error::other),
    }
}
