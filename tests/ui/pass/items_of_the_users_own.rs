use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "flow")]
pub mod flow {
    /// Where the handle of `conns` stands, with nothing to say about it.
    pub struct Conns;

    #[ebpf_map(name = "proto_stats")]
    pub struct PerProtocol;

    #[ebpf_map(value = "struct event")]
    pub struct Events;

    /// The handle of the map has another name.
    pub struct ProtoStats;

    pub fn capacity() -> u32 {
        Conns::MAX_ENTRIES
    }
}

fn main() {
    assert_eq!(flow::capacity(), 65_536);
    assert_eq!(flow::PerProtocol::NAME, "proto_stats");
    let flow::ProtoStats = flow::ProtoStats;
}
