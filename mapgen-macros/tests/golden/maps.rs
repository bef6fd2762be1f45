// The expansion of `golden::maps` in `mapgen-macros/expand/src/tests/golden.rs`.
/// The maps of the test.
pub mod maps {
    /// Not ours.
    pub const ANSWER: u32 = 42;
    const _: &[::core::primitive::u8] = ::core::include_bytes!("maps.schema");
    ///The C types of object `maps`.
    pub mod types {
        /**`struct flow_key`

```c
struct flow_key {
    __be32 saddr; /* byte 0, 4 bytes */
    __be32 daddr; /* byte 4, 4 bytes */
    __be16 sport; /* byte 8, 2 bytes */
    __be16 dport; /* byte 10, 2 bytes */
    __u8 proto; /* byte 12, 1 bytes */
} /* 16 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(4))]
        pub struct FlowKey {
            ///`__be32 saddr;` at byte 0.
            pub saddr: ::mapgen_runtime::Be<::core::primitive::u32>,
            ///`__be32 daddr;` at byte 4.
            pub daddr: ::mapgen_runtime::Be<::core::primitive::u32>,
            ///`__be16 sport;` at byte 8.
            pub sport: ::mapgen_runtime::Be<::core::primitive::u16>,
            ///`__be16 dport;` at byte 10.
            pub dport: ::mapgen_runtime::Be<::core::primitive::u16>,
            ///`__u8 proto;` at byte 12.
            pub proto: ::core::primitive::u8,
            #[doc(hidden)]
            pub __pad13: ::mapgen_runtime::Pad<3>,
        }
        impl FlowKey {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct flow_key",
                ::core::mem::size_of::<FlowKey>(),
                16,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_key",
                "saddr",
                ::core::mem::offset_of!(FlowKey, saddr),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_key",
                "daddr",
                ::core::mem::offset_of!(FlowKey, daddr),
                4,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_key",
                "sport",
                ::core::mem::offset_of!(FlowKey, sport),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_key",
                "dport",
                ::core::mem::offset_of!(FlowKey, dport),
                10,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_key",
                "proto",
                ::core::mem::offset_of!(FlowKey, proto),
                12,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_key",
                "__pad13",
                ::core::mem::offset_of!(FlowKey, __pad13),
                13,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for FlowKey {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("FlowKey")
                    .field("saddr", &{ self.saddr })
                    .field("daddr", &{ self.daddr })
                    .field("sport", &{ self.sport })
                    .field("dport", &{ self.dport })
                    .field("proto", &{ self.proto })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for FlowKey {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.saddr } == { other.saddr })
                    && ({ self.daddr } == { other.daddr })
                    && ({ self.sport } == { other.sport })
                    && ({ self.dport } == { other.dport })
                    && ({ self.proto } == { other.proto })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for FlowKey {}
        #[automatically_derived]
        impl ::core::hash::Hash for FlowKey {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.saddr }, state);
                ::core::hash::Hash::hash(&{ self.daddr }, state);
                ::core::hash::Hash::hash(&{ self.sport }, state);
                ::core::hash::Hash::hash(&{ self.dport }, state);
                ::core::hash::Hash::hash(&{ self.proto }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for FlowKey {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for FlowKey {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for FlowKey {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for FlowKey {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "FlowKey",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "saddr",
                            0,
                            <::mapgen_runtime::Be<
                                ::core::primitive::u32,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "daddr",
                            4,
                            <::mapgen_runtime::Be<
                                ::core::primitive::u32,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "sport",
                            8,
                            <::mapgen_runtime::Be<
                                ::core::primitive::u16,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "dport",
                            10,
                            <::mapgen_runtime::Be<
                                ::core::primitive::u16,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "proto",
                            12,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        /**`struct flow_stats`

```c
struct flow_stats {
    __u64 packets; /* byte 0, 8 bytes */
    __u64 bytes; /* byte 8, 8 bytes */
    __u32 flags; /* byte 16, 4 bytes */
} /* 24 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct FlowStats {
            ///`__u64 packets;` at byte 0.
            pub packets: ::core::primitive::u64,
            ///`__u64 bytes;` at byte 8.
            pub bytes: ::core::primitive::u64,
            ///`__u32 flags;` at byte 16.
            pub flags: ::core::primitive::u32,
            #[doc(hidden)]
            pub __pad20: ::mapgen_runtime::Pad<4>,
        }
        impl FlowStats {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct flow_stats",
                ::core::mem::size_of::<FlowStats>(),
                24,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_stats",
                "packets",
                ::core::mem::offset_of!(FlowStats, packets),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_stats",
                "bytes",
                ::core::mem::offset_of!(FlowStats, bytes),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_stats",
                "flags",
                ::core::mem::offset_of!(FlowStats, flags),
                16,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct flow_stats",
                "__pad20",
                ::core::mem::offset_of!(FlowStats, __pad20),
                20,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for FlowStats {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("FlowStats")
                    .field("packets", &{ self.packets })
                    .field("bytes", &{ self.bytes })
                    .field("flags", &{ self.flags })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for FlowStats {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.packets } == { other.packets })
                    && ({ self.bytes } == { other.bytes })
                    && ({ self.flags } == { other.flags })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for FlowStats {}
        #[automatically_derived]
        impl ::core::hash::Hash for FlowStats {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.packets }, state);
                ::core::hash::Hash::hash(&{ self.bytes }, state);
                ::core::hash::Hash::hash(&{ self.flags }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for FlowStats {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for FlowStats {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for FlowStats {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for FlowStats {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "FlowStats",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "packets",
                            0,
                            <::core::primitive::u64 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "bytes",
                            8,
                            <::core::primitive::u64 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "flags",
                            16,
                            <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Total for FlowStats {
            fn accumulate(&mut self, other: &Self) {
                let mut member = self.packets;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.packets });
                self.packets = member;
                let mut member = self.bytes;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.bytes });
                self.bytes = member;
                let mut member = self.flags;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.flags });
                self.flags = member;
            }
        }
        /**`struct event`

```c
struct event {
    struct flow_key key; /* byte 0, 16 bytes */
    char comm[16]; /* byte 16, 16 bytes */
    __u64 at; /* byte 32, 8 bytes */
} /* 40 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct Event {
            ///`struct flow_key key;` at byte 0.
            pub key: FlowKey,
            ///`char comm[16];` at byte 16.
            pub comm: ::mapgen_runtime::Text<16>,
            ///`__u64 at;` at byte 32.
            pub at: ::core::primitive::u64,
        }
        impl Event {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct event",
                ::core::mem::size_of::<Event>(),
                40,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct event",
                "key",
                ::core::mem::offset_of!(Event, key),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct event",
                "comm",
                ::core::mem::offset_of!(Event, comm),
                16,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct event",
                "at",
                ::core::mem::offset_of!(Event, at),
                32,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Event {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Event")
                    .field("key", &{ self.key })
                    .field("comm", &{ self.comm })
                    .field("at", &{ self.at })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Event {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.key } == { other.key }) && ({ self.comm } == { other.comm })
                    && ({ self.at } == { other.at })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Event {}
        #[automatically_derived]
        impl ::core::hash::Hash for Event {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.key }, state);
                ::core::hash::Hash::hash(&{ self.comm }, state);
                ::core::hash::Hash::hash(&{ self.at }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Event {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Event {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Event {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Event {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Event",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "key",
                            0,
                            <FlowKey as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "comm",
                            16,
                            <::mapgen_runtime::Text<
                                16,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "at",
                            32,
                            <::core::primitive::u64 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        ///The variables of section `.rodata`, 3 bytes.
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct RodataSection {
            ///`__u16 target_port;` at byte 0.
            pub target_port: ::core::primitive::u16,
            ///`bool enabled;` at byte 2.
            pub enabled: ::mapgen_runtime::Bool,
        }
        impl RodataSection {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "section .rodata",
                ::core::mem::size_of::<RodataSection>(),
                3,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .rodata",
                "target_port",
                ::core::mem::offset_of!(RodataSection, target_port),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .rodata",
                "enabled",
                ::core::mem::offset_of!(RodataSection, enabled),
                2,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for RodataSection {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("RodataSection")
                    .field("target_port", &{ self.target_port })
                    .field("enabled", &{ self.enabled })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for RodataSection {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.target_port } == { other.target_port })
                    && ({ self.enabled } == { other.enabled })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for RodataSection {}
        #[automatically_derived]
        impl ::core::hash::Hash for RodataSection {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.target_port }, state);
                ::core::hash::Hash::hash(&{ self.enabled }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for RodataSection {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for RodataSection {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for RodataSection {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for RodataSection {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "RodataSection",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "target_port",
                            0,
                            <::core::primitive::u16 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "enabled",
                            2,
                            <::mapgen_runtime::Bool as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        ///The variables of section `.bss`, 24 bytes.
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct BssSection {
            ///`__u64 dropped;` at byte 0.
            pub dropped: ::core::primitive::u64,
            ///`__u32 handle_packet_calls;` at byte 8.
            pub handle_packet_calls: ::core::primitive::u32,
            #[doc(hidden)]
            pub __pad12: ::mapgen_runtime::Pad<4>,
            ///`struct event *unused_event;` at byte 16.
            pub unused_event: ::mapgen_runtime::KernelPtr<Event>,
        }
        impl BssSection {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "section .bss",
                ::core::mem::size_of::<BssSection>(),
                24,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "dropped",
                ::core::mem::offset_of!(BssSection, dropped),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "handle_packet_calls",
                ::core::mem::offset_of!(BssSection, handle_packet_calls),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "__pad12",
                ::core::mem::offset_of!(BssSection, __pad12),
                12,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "unused_event",
                ::core::mem::offset_of!(BssSection, unused_event),
                16,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for BssSection {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("BssSection")
                    .field("dropped", &{ self.dropped })
                    .field("handle_packet_calls", &{ self.handle_packet_calls })
                    .field("unused_event", &{ self.unused_event })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for BssSection {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.dropped } == { other.dropped })
                    && ({ self.handle_packet_calls } == { other.handle_packet_calls })
                    && ({ self.unused_event } == { other.unused_event })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for BssSection {}
        #[automatically_derived]
        impl ::core::hash::Hash for BssSection {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.dropped }, state);
                ::core::hash::Hash::hash(&{ self.handle_packet_calls }, state);
                ::core::hash::Hash::hash(&{ self.unused_event }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for BssSection {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for BssSection {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for BssSection {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for BssSection {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "BssSection",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "dropped",
                            0,
                            <::core::primitive::u64 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "handle_packet_calls",
                            8,
                            <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "unused_event",
                            16,
                            <::mapgen_runtime::KernelPtr<
                                Event,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        ///The variables of section `.data`, 24 bytes.
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct DataSection {
            ///`struct flow_stats total;` at byte 0.
            pub total: FlowStats,
        }
        impl DataSection {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "section .data",
                ::core::mem::size_of::<DataSection>(),
                24,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .data",
                "total",
                ::core::mem::offset_of!(DataSection, total),
                0,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for DataSection {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("DataSection").field("total", &{ self.total }).finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for DataSection {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ::core::cmp::PartialEq::eq(&{ self.total }, &{ other.total })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for DataSection {}
        #[automatically_derived]
        impl ::core::hash::Hash for DataSection {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.total }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for DataSection {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for DataSection {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for DataSection {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for DataSection {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "DataSection",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "total",
                            0,
                            <FlowStats as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Total for DataSection {
            fn accumulate(&mut self, other: &Self) {
                let mut member = self.total;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.total });
                self.total = member;
            }
        }
    }
    /// Live connections.
    /**
Map `conns` of object `maps`: `hash`, 65536 entries, key `struct flow_key` of 16 bytes, value `struct flow_stats` of 24 bytes.*/
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct Conns(::mapgen_runtime::HashMap<types::FlowKey, types::FlowStats>);
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
        pub const MIN_ENTRIES: ::core::primitive::u32 = 60000u32;
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
            min_entries: 60000u32,
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
        Conns => ::mapgen_runtime::HashMap < types::FlowKey, types::FlowStats >
    );
    const _: () = {};
    ///Map `protocols` of object `maps`: `percpu_hash`, 256 entries, key `__u8` of 1 bytes, value `__u64` of 8 bytes.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct Protocols(
        ::mapgen_runtime::PerCpuHashMap<::core::primitive::u8, ::core::primitive::u64>,
    );
    impl Protocols {
        /// The C name of the map.
        pub const NAME: &'static ::core::primitive::str = "protocols";
        /// The kind of map.
        pub const KIND: ::mapgen_runtime::MapKind = ::mapgen_runtime::MapKind::PerCpuHash;
        /// The size of a key in bytes.
        pub const KEY_SIZE: ::core::primitive::u32 = 1u32;
        /// The size of a value in bytes.
        pub const VALUE_SIZE: ::core::primitive::u32 = 8u32;
        /// The capacity that the object declares; 0 when it is left to run time.
        pub const MAX_ENTRIES: ::core::primitive::u32 = 256u32;
        /// A smaller map is refused when it is opened.
        pub const MIN_ENTRIES: ::core::primitive::u32 = 256u32;
        /// `BPF_F_*`.
        pub const FLAGS: ::core::primitive::u32 = 0u32;
        /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
        pub const LAYOUT_HASH: ::core::primitive::u64 = 13999642370839871633;
        /// What the gates compare a live map with.
        pub const SPEC: ::mapgen_runtime::MapSpec = ::mapgen_runtime::MapSpec {
            object: "maps",
            name: "protocols",
            kind: ::mapgen_runtime::MapKind::PerCpuHash,
            key_size: 1u32,
            value_size: 8u32,
            max_entries: 256u32,
            min_entries: 256u32,
            exact_entries: false,
            live_entries: 0u32,
            map_flags: 0u32,
            map_extra: 0u64,
            numa_node: 0u32,
            pinned: false,
            optional: false,
            spin_lock: false,
            btf: b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\08\0\0\08\0\0\0-\0\0\0\x01\0\0\0\0\0\0\x08\x03\0\0\0\x06\0\0\0\0\0\0\x08\x04\0\0\0\x0C\0\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\0\x1A\0\0\0\0\0\0\x01\x08\0\0\0@\0\0\0\0__u8\0__u64\0unsigned char\0unsigned long long\0",
            btf_key: 1u32,
            btf_value: 2u32,
            layout_hash: 13999642370839871633,
            inner: ::core::option::Option::None,
        };
    }
    ::mapgen_runtime::__private::handle!(
        Protocols => ::mapgen_runtime::PerCpuHashMap < ::core::primitive::u8,
        ::core::primitive::u64 >
    );
    const _: () = {};
    ///Map `counters` of object `maps`: `array`, 16 entries, key `__u32` of 4 bytes, value `__u64[4]` of 32 bytes.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct Counters(::mapgen_runtime::Array<[::core::primitive::u64; 4]>);
    impl Counters {
        /// The C name of the map.
        pub const NAME: &'static ::core::primitive::str = "counters";
        /// The kind of map.
        pub const KIND: ::mapgen_runtime::MapKind = ::mapgen_runtime::MapKind::Array;
        /// The size of a key in bytes.
        pub const KEY_SIZE: ::core::primitive::u32 = 4u32;
        /// The size of a value in bytes.
        pub const VALUE_SIZE: ::core::primitive::u32 = 32u32;
        /// The capacity that the object declares; 0 when it is left to run time.
        pub const MAX_ENTRIES: ::core::primitive::u32 = 16u32;
        /// A smaller map is refused when it is opened.
        pub const MIN_ENTRIES: ::core::primitive::u32 = 16u32;
        /// `BPF_F_*`.
        pub const FLAGS: ::core::primitive::u32 = 1024u32;
        /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
        pub const LAYOUT_HASH: ::core::primitive::u64 = 6745855556289167307;
        /// What the gates compare a live map with.
        pub const SPEC: ::mapgen_runtime::MapSpec = ::mapgen_runtime::MapSpec {
            object: "maps",
            name: "counters",
            kind: ::mapgen_runtime::MapKind::Array,
            key_size: 4u32,
            value_size: 32u32,
            max_entries: 16u32,
            min_entries: 16u32,
            exact_entries: false,
            live_entries: 0u32,
            map_flags: 1024u32,
            map_extra: 0u64,
            numa_node: 0u32,
            pinned: false,
            optional: false,
            spin_lock: false,
            btf: b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0`\0\0\0`\0\0\0A\0\0\0\x01\0\0\0\0\0\0\x08\x03\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\x04\0\0\0\x05\0\0\0\x04\0\0\0\x07\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\x14\0\0\0\0\0\0\x08\x06\0\0\0\x1A\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\0.\0\0\0\0\0\0\x01\x08\0\0\0@\0\0\0\0__u32\0unsigned int\0__u64\0__ARRAY_SIZE_TYPE__\0unsigned long long\0",
            btf_key: 1u32,
            btf_value: 2u32,
            layout_hash: 6745855556289167307,
            inner: ::core::option::Option::None,
        };
    }
    ::mapgen_runtime::__private::handle!(
        Counters => ::mapgen_runtime::Array < [::core::primitive::u64; 4] >
    );
    const _: () = {};
    #[cfg(all())]
    ///Map `events` of object `maps`: `ringbuf`, 4096 bytes, records `struct event`.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub(crate) struct Records(::mapgen_runtime::RingBuf<types::Event>);
    #[cfg(all())]
    impl Records {
        /// The C name of the map.
        pub const NAME: &'static ::core::primitive::str = "events";
        /// The kind of map.
        pub const KIND: ::mapgen_runtime::MapKind = ::mapgen_runtime::MapKind::RingBuf;
        /// The size of a key in bytes.
        pub const KEY_SIZE: ::core::primitive::u32 = 0u32;
        /// The size of a value in bytes.
        pub const VALUE_SIZE: ::core::primitive::u32 = 0u32;
        /// The capacity that the object declares; 0 when it is left to run time.
        pub const MAX_ENTRIES: ::core::primitive::u32 = 4096u32;
        /// A smaller map is refused when it is opened.
        pub const MIN_ENTRIES: ::core::primitive::u32 = 4096u32;
        /// `BPF_F_*`.
        pub const FLAGS: ::core::primitive::u32 = 0u32;
        /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
        pub const LAYOUT_HASH: ::core::primitive::u64 = 10544948451793189220;
        /// What the gates compare a live map with.
        pub const SPEC: ::mapgen_runtime::MapSpec = ::mapgen_runtime::MapSpec {
            object: "maps",
            name: "events",
            kind: ::mapgen_runtime::MapKind::RingBuf,
            key_size: 0u32,
            value_size: 0u32,
            max_entries: 4096u32,
            min_entries: 4096u32,
            exact_entries: false,
            live_entries: 0u32,
            map_flags: 0u32,
            map_extra: 0u64,
            numa_node: 0u32,
            pinned: false,
            optional: true,
            spin_lock: false,
            btf: b"",
            btf_key: 0u32,
            btf_value: 0u32,
            layout_hash: 10544948451793189220,
            inner: ::core::option::Option::None,
        };
    }
    #[cfg(all())]
    ::mapgen_runtime::__private::handle!(
        Records => ::mapgen_runtime::RingBuf < types::Event >
    );
    #[cfg(all())]
    const _: () = {};
    ///Map `untyped` of object `maps`: `hash`, 8 entries, key of 4 bytes, value of 8 bytes.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct Untyped(::mapgen_runtime::HashMap<u32, i64>);
    impl Untyped {
        /// The C name of the map.
        pub const NAME: &'static ::core::primitive::str = "untyped";
        /// The kind of map.
        pub const KIND: ::mapgen_runtime::MapKind = ::mapgen_runtime::MapKind::Hash;
        /// The size of a key in bytes.
        pub const KEY_SIZE: ::core::primitive::u32 = 4u32;
        /// The size of a value in bytes.
        pub const VALUE_SIZE: ::core::primitive::u32 = 8u32;
        /// The capacity that the object declares; 0 when it is left to run time.
        pub const MAX_ENTRIES: ::core::primitive::u32 = 8u32;
        /// A smaller map is refused when it is opened.
        pub const MIN_ENTRIES: ::core::primitive::u32 = 8u32;
        /// `BPF_F_*`.
        pub const FLAGS: ::core::primitive::u32 = 0u32;
        /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
        pub const LAYOUT_HASH: ::core::primitive::u64 = 12496249609949042670;
        /// What the gates compare a live map with.
        pub const SPEC: ::mapgen_runtime::MapSpec = ::mapgen_runtime::MapSpec {
            object: "maps",
            name: "untyped",
            kind: ::mapgen_runtime::MapKind::Hash,
            key_size: 4u32,
            value_size: 8u32,
            max_entries: 8u32,
            min_entries: 8u32,
            exact_entries: true,
            live_entries: 0u32,
            map_flags: 0u32,
            map_extra: 0u64,
            numa_node: 0u32,
            pinned: false,
            optional: false,
            spin_lock: false,
            btf: b"",
            btf_key: 0u32,
            btf_value: 0u32,
            layout_hash: 12496249609949042670,
            inner: ::core::option::Option::None,
        };
    }
    ::mapgen_runtime::__private::handle!(
        Untyped => ::mapgen_runtime::HashMap < u32, i64 >
    );
    const _: () = {
        ::mapgen_runtime::__private::check::assert_declared_size(
            "map `untyped`, key",
            ::core::mem::size_of::<u32>(),
            4,
        );
        ::mapgen_runtime::__private::check::assert_declared_size(
            "map `untyped`, value",
            ::core::mem::size_of::<i64>(),
            8,
        );
    };
    ///Map `type` of object `maps`: `queue`, 8 entries, value `__u32` of 4 bytes.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct Type(::mapgen_runtime::Queue<::core::primitive::u32>);
    impl Type {
        /// The C name of the map.
        pub const NAME: &'static ::core::primitive::str = "type";
        /// The kind of map.
        pub const KIND: ::mapgen_runtime::MapKind = ::mapgen_runtime::MapKind::Queue;
        /// The size of a key in bytes.
        pub const KEY_SIZE: ::core::primitive::u32 = 0u32;
        /// The size of a value in bytes.
        pub const VALUE_SIZE: ::core::primitive::u32 = 4u32;
        /// The capacity that the object declares; 0 when it is left to run time.
        pub const MAX_ENTRIES: ::core::primitive::u32 = 8u32;
        /// A smaller map is refused when it is opened.
        pub const MIN_ENTRIES: ::core::primitive::u32 = 8u32;
        /// `BPF_F_*`.
        pub const FLAGS: ::core::primitive::u32 = 0u32;
        /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
        pub const LAYOUT_HASH: ::core::primitive::u64 = 8646790485266895347;
        /// What the gates compare a live map with.
        pub const SPEC: ::mapgen_runtime::MapSpec = ::mapgen_runtime::MapSpec {
            object: "maps",
            name: "type",
            kind: ::mapgen_runtime::MapKind::Queue,
            key_size: 0u32,
            value_size: 4u32,
            max_entries: 8u32,
            min_entries: 8u32,
            exact_entries: false,
            live_entries: 0u32,
            map_flags: 0u32,
            map_extra: 0u64,
            numa_node: 0u32,
            pinned: false,
            optional: false,
            spin_lock: false,
            btf: b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\x1C\0\0\0\x1C\0\0\0\x14\0\0\0\x01\0\0\0\0\0\0\x08\x02\0\0\0\x07\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\0__u32\0unsigned int\0",
            btf_key: 0u32,
            btf_value: 1u32,
            layout_hash: 8646790485266895347,
            inner: ::core::option::Option::None,
        };
    }
    ::mapgen_runtime::__private::handle!(
        Type => ::mapgen_runtime::Queue < ::core::primitive::u32 >
    );
    const _: () = {};
    ///Map `Maps` of object `maps`: `lru_hash`, 8 entries, key `int` of 4 bytes, value `int` of 4 bytes.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct MapsMap(
        ::mapgen_runtime::LruHashMap<::core::primitive::i32, ::core::primitive::i32>,
    );
    impl MapsMap {
        /// The C name of the map.
        pub const NAME: &'static ::core::primitive::str = "Maps";
        /// The kind of map.
        pub const KIND: ::mapgen_runtime::MapKind = ::mapgen_runtime::MapKind::LruHash;
        /// The size of a key in bytes.
        pub const KEY_SIZE: ::core::primitive::u32 = 4u32;
        /// The size of a value in bytes.
        pub const VALUE_SIZE: ::core::primitive::u32 = 4u32;
        /// The capacity that the object declares; 0 when it is left to run time.
        pub const MAX_ENTRIES: ::core::primitive::u32 = 8u32;
        /// A smaller map is refused when it is opened.
        pub const MIN_ENTRIES: ::core::primitive::u32 = 8u32;
        /// `BPF_F_*`.
        pub const FLAGS: ::core::primitive::u32 = 0u32;
        /// Covers kind, sizes, flags and every leaf's path, offset, width and kind.
        pub const LAYOUT_HASH: ::core::primitive::u64 = 15058246052810105372;
        /// What the gates compare a live map with.
        pub const SPEC: ::mapgen_runtime::MapSpec = ::mapgen_runtime::MapSpec {
            object: "maps",
            name: "Maps",
            kind: ::mapgen_runtime::MapKind::LruHash,
            key_size: 4u32,
            value_size: 4u32,
            max_entries: 8u32,
            min_entries: 8u32,
            exact_entries: false,
            live_entries: 0u32,
            map_flags: 0u32,
            map_extra: 0u64,
            numa_node: 0u32,
            pinned: false,
            optional: false,
            spin_lock: false,
            btf: b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\x10\0\0\0\x10\0\0\0\x05\0\0\0\x01\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\x01\0int\0",
            btf_key: 1u32,
            btf_value: 1u32,
            layout_hash: 15058246052810105372,
            inner: ::core::option::Option::None,
        };
    }
    ::mapgen_runtime::__private::handle!(
        MapsMap => ::mapgen_runtime::LruHashMap < ::core::primitive::i32,
        ::core::primitive::i32 >
    );
    const _: () = {};
    ///All maps of object `maps`, by C name.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct Maps {
        ///Map `conns`.
        pub conns: Conns,
        ///Map `protocols`.
        pub protocols: Protocols,
        ///Map `counters`.
        pub counters: Counters,
        #[cfg(all())]
        ///Map `events`.
        pub(crate) events: ::core::option::Option<Records>,
        ///Map `untyped`.
        pub untyped: Untyped,
        ///Map `type`.
        pub r#type: Type,
        ///Map `Maps`.
        pub Maps: MapsMap,
    }
    impl Maps {
        /// Opens every map with the descriptor that `open` finds by its C name.
        ///
        /// A map that is `optional` may be missing: `open` says so with `ENOENT`.
        ///
        /// # Errors
        /// What `open` returns, or that a map is not what the object declares.
        pub fn from_fn<__F, __D, __E>(
            mut open: __F,
        ) -> ::core::result::Result<Self, ::mapgen_runtime::Error>
        where
            __F: ::core::ops::FnMut(
                &'static ::core::primitive::str,
            ) -> ::core::result::Result<__D, __E>,
            __D: ::std::os::fd::AsFd,
            ::mapgen_runtime::Error: ::core::convert::From<__E>,
        {
            ::core::result::Result::Ok(Self {
                conns: Conns::from_fd(open("conns")?)?,
                protocols: Protocols::from_fd(open("protocols")?)?,
                counters: Counters::from_fd(open("counters")?)?,
                #[cfg(all())]
                events: match open("events")
                    .map_err(
                        <::mapgen_runtime::Error as ::core::convert::From<__E>>::from,
                    )
                {
                    ::core::result::Result::Ok(fd) => {
                        ::core::option::Option::Some(Records::from_fd(fd)?)
                    }
                    ::core::result::Result::Err(
                        ::mapgen_runtime::Error::Os { errno: 2, .. },
                    ) => ::core::option::Option::None,
                    ::core::result::Result::Err(error) => {
                        return ::core::result::Result::Err(error);
                    }
                },
                untyped: Untyped::from_fd(open("untyped")?)?,
                r#type: Type::from_fd(open("type")?)?,
                Maps: MapsMap::from_fd(open("Maps")?)?,
            })
        }
        /// Creates every map in a kernel in memory, for tests without privileges:
        /// see `mapgen_runtime::testing`.
        ///
        /// # Errors
        /// `NoCapacity` when the object leaves a `max_entries` to run time.
        pub fn simulated() -> ::core::result::Result<Self, ::mapgen_runtime::Error> {
            Self::simulated_in(&::mapgen_runtime::testing::Kernel::new())
        }
        /// As `simulated`, in a kernel with faults, say, or other CPUs.
        ///
        /// # Errors
        /// As `simulated`, and `Object` when the kernel has faults for a map that
        /// is not one of these.
        pub fn simulated_in(
            kernel: &::mapgen_runtime::testing::Kernel,
        ) -> ::core::result::Result<Self, ::mapgen_runtime::Error> {
            kernel
                .check_names(
                    "maps",
                    &[
                        "conns",
                        "protocols",
                        "counters",
                        "events",
                        "untyped",
                        "type",
                        "Maps",
                    ],
                )?;
            ::core::result::Result::Ok(Self {
                conns: kernel.load::<Conns>()?,
                protocols: kernel.load::<Protocols>()?,
                counters: kernel.load::<Counters>()?,
                #[cfg(all())]
                events: ::core::option::Option::Some(kernel.load::<Records>()?),
                untyped: kernel.load::<Untyped>()?,
                r#type: kernel.load::<Type>()?,
                Maps: kernel.load::<MapsMap>()?,
            })
        }
        /// Every map that is there, whatever its type, in the order of the object.
        pub fn all(&self) -> impl ::core::iter::Iterator<Item = &::mapgen_runtime::Map> {
            let maps = [
                ::core::option::Option::None::<&::mapgen_runtime::Map>,
                ::core::option::Option::Some::<&::mapgen_runtime::Map>(&self.conns),
                ::core::option::Option::Some::<&::mapgen_runtime::Map>(&self.protocols),
                ::core::option::Option::Some::<&::mapgen_runtime::Map>(&self.counters),
                #[cfg(all())]
                match &self.events {
                    ::core::option::Option::Some(map) => {
                        ::core::option::Option::Some::<&::mapgen_runtime::Map>(map)
                    }
                    ::core::option::Option::None => ::core::option::Option::None,
                },
                ::core::option::Option::Some::<&::mapgen_runtime::Map>(&self.untyped),
                ::core::option::Option::Some::<&::mapgen_runtime::Map>(&self.r#type),
                ::core::option::Option::Some::<&::mapgen_runtime::Map>(&self.Maps),
            ];
            ::core::iter::Iterator::flatten(::core::iter::IntoIterator::into_iter(maps))
        }
    }
    ::mapgen_runtime::__private::object! {
        object : "maps", bytes : none, maps : { conns : Conns = "conns", protocols :
        Protocols = "protocols", counters : Counters = "counters", #[cfg(all())] events :
        Records = "events" optional, untyped : Untyped = "untyped", r#type : Type =
        "type", Maps : MapsMap = "Maps", }, sections : { rodata : types::RodataSection =
        ".rodata" { target_port : ::core::primitive::u16 = 0, enabled :
        ::mapgen_runtime::Bool = 2, } readonly
        btf(b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\xAC\0\0\0\xAC\0\0\0=\0\0\0\x01\0\0\0\x02\0\0\x0F\x03\0\0\0\x02\0\0\0\0\0\0\0\x02\0\0\0\x03\0\0\0\x02\0\0\0\x01\0\0\0\t\0\0\0\0\0\0\x0E\x04\0\0\0\x01\0\0\0\x15\0\0\0\0\0\0\x0E\x05\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\n\x06\0\0\0\0\0\0\0\0\0\0\n\x07\0\0\0\0\0\0\0\0\0\0\t\x08\0\0\0\0\0\0\0\0\0\0\t\t\0\0\0\x1D\0\0\0\0\0\0\x08\n\0\0\0#\0\0\0\0\0\0\x08\x0B\0\0\0(\0\0\0\0\0\0\x01\x02\0\0\0\x10\0\0\x007\0\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\x04\0.rodata\0target_port\0enabled\0__u16\0bool\0unsigned short\0_Bool\0",
        1), bss : types::BssSection = ".bss" { dropped : ::core::primitive::u64 = 0,
        handle_packet_calls : ::core::primitive::u32 = 8, unused_event :
        ::mapgen_runtime::KernelPtr < types::Event > = 16, }
        btf(b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\xA4\0\0\0\xA4\0\0\0[\0\0\0\x01\0\0\0\x03\0\0\x0F\x18\0\0\0\x02\0\0\0\0\0\0\0\x08\0\0\0\x03\0\0\0\x08\0\0\0\x04\0\0\0\x04\0\0\0\x10\0\0\0\x08\0\0\0\x06\0\0\0\0\0\0\x0E\x05\0\0\0\x01\0\0\0\x0E\0\0\0\0\0\0\x0E\x06\0\0\0\0\0\0\0\"\0\0\0\0\0\0\x0E\x07\0\0\0\x01\0\0\0/\0\0\0\0\0\0\x08\x08\0\0\x005\0\0\0\0\0\0\x08\t\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0;\0\0\0\0\0\0\x01\x08\0\0\0@\0\0\0N\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\0.bss\0dropped\0handle_packet.calls\0unused_event\0__u64\0__u32\0unsigned long long\0unsigned int\0",
        1), data : types::DataSection = ".data" { total : types::FlowStats = 0, }
        btf(b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\x90\0\0\0\x90\0\0\0X\0\0\0\x01\0\0\0\x01\0\0\x0F\x18\0\0\0\x02\0\0\0\0\0\0\0\x18\0\0\0\x07\0\0\0\0\0\0\x0E\x03\0\0\0\x01\0\0\0\r\0\0\0\x03\0\0\x04\x18\0\0\0\x18\0\0\0\x04\0\0\0\0\0\0\0 \0\0\0\x04\0\0\0@\0\0\0&\0\0\0\x05\0\0\0\x80\0\0\0,\0\0\0\0\0\0\x08\x06\0\0\x002\0\0\0\0\0\0\x08\x07\0\0\08\0\0\0\0\0\0\x01\x08\0\0\0@\0\0\0K\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\0.data\0total\0flow_stats\0packets\0bytes\0flags\0__u64\0__u32\0unsigned long long\0unsigned int\0",
        1), }, programs : { handle_packet = "handle_packet", },
    }
}
