// The expansion of `golden::map_struct` in `mapgen-macros/expand/src/tests/golden.rs`.
const _: &[::core::primitive::u8] = ::core::include_bytes!("maps.schema");
/// Live connections.
/**
Map `conns` of object `maps`: `hash`, 65536 entries, key `struct flow_key` of 16 bytes, value `struct flow_stats` of 24 bytes.*/
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
pub struct Conns(::mapgen_runtime::HashMap<net::FlowKey, [u64; 3]>);
impl Conns {
    /// The C name of the map.
    pub const NAME: &'static ::core::primitive::str = "conns";
    /// The kind of map.
    pub const KIND: ::mapgen_runtime::MapKind = ::mapgen_runtime::MapKind::Hash;
    /// The size of a key in bytes.
    pub const KEY_SIZE: ::core::primitive::u32 = 16u32;
    /// The size of a value in bytes.
    pub const VALUE_SIZE: ::core::primitive::u32 = 24u32;
    /// The capacity that the object declares; 0 when it is left to run time.
    pub const MAX_ENTRIES: ::core::primitive::u32 = 65536u32;
    /// A smaller map is refused when it is opened.
    pub const MIN_ENTRIES: ::core::primitive::u32 = 1000u32;
    /// `BPF_F_*`.
    pub const FLAGS: ::core::primitive::u32 = 0u32;
    /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
    pub const LAYOUT_HASH: ::core::primitive::u64 = 12529728751336322243;
    /// What the gates compare a live map with.
    pub const SPEC: ::mapgen_runtime::MapSpec = ::mapgen_runtime::MapSpec {
        object: "maps",
        name: "conns",
        kind: ::mapgen_runtime::MapKind::Hash,
        key_size: 16u32,
        value_size: 24u32,
        max_entries: 65536u32,
        min_entries: 1000u32,
        exact_entries: false,
        live_entries: 0u32,
        map_flags: 0u32,
        map_extra: 0u64,
        numa_node: 0u32,
        pinned: true,
        optional: false,
        spin_lock: false,
        btf: b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\xA9\0\0\0\x01\0\0\0\x05\0\0\x04\x10\0\0\0\n\0\0\0\x03\0\0\0\0\0\0\0\x10\0\0\0\x03\0\0\0 \0\0\0\x16\0\0\0\x04\0\0\0@\0\0\0\x1C\0\0\0\x04\0\0\0P\0\0\0\"\0\0\0\x05\0\0\0`\0\0\0(\0\0\0\x03\0\0\x04\x18\0\0\x003\0\0\0\x06\0\0\0\0\0\0\0;\0\0\0\x06\0\0\0@\0\0\0A\0\0\0\x07\0\0\0\x80\0\0\0G\0\0\0\0\0\0\x08\x07\0\0\0N\0\0\0\0\0\0\x08\x08\0\0\0U\0\0\0\0\0\0\x08\t\0\0\0Z\0\0\0\0\0\0\x08\n\0\0\0`\0\0\0\0\0\0\x08\x0B\0\0\0f\0\0\0\0\0\0\x08\x0C\0\0\0l\0\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\0z\0\0\0\0\0\0\x01\x08\0\0\0@\0\0\0\x8D\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\x9A\0\0\0\0\0\0\x01\x02\0\0\0\x10\0\0\0\0flow_key\0saddr\0daddr\0sport\0dport\0proto\0flow_stats\0packets\0bytes\0flags\0__be32\0__be16\0__u8\0__u64\0__u32\0__u16\0unsigned char\0unsigned long long\0unsigned int\0unsigned short\0",
        btf_key: 1u32,
        btf_value: 2u32,
        layout_hash: 12529728751336322243,
        inner: ::core::option::Option::None,
    };
}
::mapgen_runtime::__private::handle!(
    Conns => ::mapgen_runtime::HashMap < net::FlowKey, [u64; 3] >
);
const _: () = {
    ::mapgen_runtime::__private::check::assert_layout(
        "map `conns`, key",
        &<net::FlowKey as ::mapgen_runtime::CLayout>::LAYOUT,
        {
            const TYPE_3: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "__be32",
                size: 4,
                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                    signed: false,
                    order: ::mapgen_runtime::__private::layout::Order::Big,
                },
            };
            const TYPE_6: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "__be16",
                size: 2,
                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                    signed: false,
                    order: ::mapgen_runtime::__private::layout::Order::Big,
                },
            };
            const TYPE_8: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "__u8",
                size: 1,
                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                    signed: false,
                    order: ::mapgen_runtime::__private::layout::Order::Any,
                },
            };
            const TYPE_9: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "struct flow_key",
                size: 16,
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "saddr",
                            0,
                            TYPE_3,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "daddr",
                            4,
                            TYPE_3,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "sport",
                            8,
                            TYPE_6,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "dport",
                            10,
                            TYPE_6,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "proto",
                            12,
                            TYPE_8,
                        ),
                    ],
                ),
            };
            &TYPE_9
        },
    );
    ::mapgen_runtime::__private::check::assert_foreign_size(
        "map `conns`, value",
        "struct flow_stats",
        ::core::mem::size_of::<[u64; 3]>(),
        24,
    );
};
