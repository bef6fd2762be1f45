// The expansion of `golden::kinds` in `mapgen-macros/expand/src/tests/golden.rs`.
pub mod kinds {
    const _: &[::core::primitive::u8] = ::core::include_bytes!("kinds.schema");
    ///The C types of object `kinds`.
    pub mod types {
        /**`struct list`

```c
struct list {
    struct list *next; /* byte 0, 8 bytes */
    struct sock *sk; /* byte 8, 8 bytes */
    struct empty_one *e; /* byte 16, 8 bytes */
} /* 24 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct List {
            ///`struct list *next;` at byte 0.
            pub next: ::mapgen_runtime::KernelPtr<List>,
            ///`struct sock *sk;` at byte 8.
            pub sk: ::mapgen_runtime::KernelPtr<::core::ffi::c_void>,
            ///`struct empty_one *e;` at byte 16.
            pub e: ::mapgen_runtime::KernelPtr<::core::ffi::c_void>,
        }
        impl List {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct list",
                ::core::mem::size_of::<List>(),
                24,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct list",
                "next",
                ::core::mem::offset_of!(List, next),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct list",
                "sk",
                ::core::mem::offset_of!(List, sk),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct list",
                "e",
                ::core::mem::offset_of!(List, e),
                16,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for List {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("List")
                    .field("next", &{ self.next })
                    .field("sk", &{ self.sk })
                    .field("e", &{ self.e })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for List {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.next } == { other.next }) && ({ self.sk } == { other.sk })
                    && ({ self.e } == { other.e })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for List {}
        #[automatically_derived]
        impl ::core::hash::Hash for List {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.next }, state);
                ::core::hash::Hash::hash(&{ self.sk }, state);
                ::core::hash::Hash::hash(&{ self.e }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for List {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for List {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for List {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for List {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "List",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "next",
                            0,
                            <::mapgen_runtime::KernelPtr<
                                List,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "sk",
                            8,
                            <::mapgen_runtime::KernelPtr<
                                ::core::ffi::c_void,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "e",
                            16,
                            <::mapgen_runtime::KernelPtr<
                                ::core::ffi::c_void,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        /**`struct (anonymous)`

```c
struct {
    __s32 x; /* byte 0, 4 bytes */
    __s32 y; /* byte 4, 4 bytes */
} /* 8 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(4))]
        pub struct PointT {
            ///`__s32 x;` at byte 0.
            pub x: ::core::primitive::i32,
            ///`__s32 y;` at byte 4.
            pub y: ::core::primitive::i32,
        }
        impl PointT {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct (anonymous)",
                ::core::mem::size_of::<PointT>(),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct (anonymous)",
                "x",
                ::core::mem::offset_of!(PointT, x),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct (anonymous)",
                "y",
                ::core::mem::offset_of!(PointT, y),
                4,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for PointT {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("PointT")
                    .field("x", &{ self.x })
                    .field("y", &{ self.y })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for PointT {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.x } == { other.x }) && ({ self.y } == { other.y })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for PointT {}
        #[automatically_derived]
        impl ::core::hash::Hash for PointT {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.x }, state);
                ::core::hash::Hash::hash(&{ self.y }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for PointT {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for PointT {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for PointT {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for PointT {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "PointT",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "x",
                            0,
                            <::core::primitive::i32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "y",
                            4,
                            <::core::primitive::i32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Total for PointT {
            fn accumulate(&mut self, other: &Self) {
                let mut member = self.x;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.x });
                self.x = member;
                let mut member = self.y;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.y });
                self.y = member;
            }
        }
        /**`struct nothing`

```c
struct nothing {
} /* 0 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct Nothing {}
        impl Nothing {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct nothing",
                ::core::mem::size_of::<Nothing>(),
                0,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Nothing {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Nothing").finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Nothing {
            fn eq(&self, _: &Self) -> ::core::primitive::bool {
                true
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Nothing {}
        #[automatically_derived]
        impl ::core::hash::Hash for Nothing {
            fn hash<H: ::core::hash::Hasher>(&self, _: &mut H) {}
        }
        #[automatically_derived]
        impl ::core::default::Default for Nothing {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Nothing {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Nothing {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Nothing {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Nothing",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(&[]),
            };
        }
        /**`struct kinds`

```c
struct kinds {
    struct bpf_spin_lock lock; /* byte 0, 4 bytes */
    struct bpf_timer timer; /* byte 8, 16 bytes */
    struct list list; /* byte 24, 24 bytes */
    name_t comm; /* byte 48, 16 bytes */
    char lines[2][8]; /* byte 64, 16 bytes */
    char one; /* byte 80, 1 bytes */
    addr_t addrs[2][3]; /* byte 84, 24 bytes */
    point_t points[2]; /* byte 108, 16 bytes */
    float f; /* byte 124, 4 bytes */
    double d; /* byte 128, 8 bytes */
    unsigned __int128 wide; /* byte 144, 16 bytes */
    bool flags[4]; /* byte 160, 4 bytes */
    struct nothing nothing; /* byte 164, 0 bytes */
    void (*call)(int); /* byte 168, 8 bytes */
    __le64 le; /* byte 176, 8 bytes */
    __u64 tail[0]; /* byte 184, 0 bytes */
} /* 192 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(16))]
        pub struct Kinds {
            ///`struct bpf_spin_lock lock;` at byte 0.
            pub lock: ::mapgen_runtime::Opaque<[::core::primitive::u32; 1]>,
            #[doc(hidden)]
            pub __pad4: ::mapgen_runtime::Pad<4>,
            ///`struct bpf_timer timer;` at byte 8.
            pub timer: ::mapgen_runtime::Opaque<[::core::primitive::u64; 2]>,
            ///`struct list list;` at byte 24.
            pub list: List,
            ///`name_t comm;` at byte 48.
            pub comm: ::mapgen_runtime::Text<16>,
            ///`char lines[2][8];` at byte 64.
            pub lines: [::mapgen_runtime::Text<8>; 2],
            ///`char one;` at byte 80.
            pub one: ::core::primitive::u8,
            #[doc(hidden)]
            pub __pad81: ::mapgen_runtime::Pad<3>,
            ///`addr_t addrs[2][3];` at byte 84.
            pub addrs: [[::mapgen_runtime::Be<::core::primitive::u32>; 3]; 2],
            ///`point_t points[2];` at byte 108.
            pub points: [PointT; 2],
            ///`float f;` at byte 124.
            pub f: ::core::primitive::f32,
            ///`double d;` at byte 128.
            pub d: ::core::primitive::f64,
            #[doc(hidden)]
            pub __pad136: ::mapgen_runtime::Pad<8>,
            ///`unsigned __int128 wide;` at byte 144.
            pub wide: ::core::primitive::u128,
            ///`bool flags[4];` at byte 160.
            pub flags: [::mapgen_runtime::Bool; 4],
            ///`struct nothing nothing;` at byte 164.
            pub nothing: Nothing,
            #[doc(hidden)]
            pub __pad164: ::mapgen_runtime::Pad<4>,
            ///`void (*call)(int);` at byte 168.
            pub call: ::mapgen_runtime::KernelPtr<::core::ffi::c_void>,
            ///`__le64 le;` at byte 176.
            pub le: ::mapgen_runtime::Le<::core::primitive::u64>,
            ///`__u64 tail[0];` at byte 184.
            pub tail: [::core::primitive::u64; 0],
            #[doc(hidden)]
            pub __pad184: ::mapgen_runtime::Pad<8>,
        }
        impl Kinds {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct kinds",
                ::core::mem::size_of::<Kinds>(),
                192,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "lock",
                ::core::mem::offset_of!(Kinds, lock),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "__pad4",
                ::core::mem::offset_of!(Kinds, __pad4),
                4,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "timer",
                ::core::mem::offset_of!(Kinds, timer),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "list",
                ::core::mem::offset_of!(Kinds, list),
                24,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "comm",
                ::core::mem::offset_of!(Kinds, comm),
                48,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "lines",
                ::core::mem::offset_of!(Kinds, lines),
                64,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "one",
                ::core::mem::offset_of!(Kinds, one),
                80,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "__pad81",
                ::core::mem::offset_of!(Kinds, __pad81),
                81,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "addrs",
                ::core::mem::offset_of!(Kinds, addrs),
                84,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "points",
                ::core::mem::offset_of!(Kinds, points),
                108,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "f",
                ::core::mem::offset_of!(Kinds, f),
                124,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "d",
                ::core::mem::offset_of!(Kinds, d),
                128,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "__pad136",
                ::core::mem::offset_of!(Kinds, __pad136),
                136,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "wide",
                ::core::mem::offset_of!(Kinds, wide),
                144,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "flags",
                ::core::mem::offset_of!(Kinds, flags),
                160,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "nothing",
                ::core::mem::offset_of!(Kinds, nothing),
                164,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "__pad164",
                ::core::mem::offset_of!(Kinds, __pad164),
                164,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "call",
                ::core::mem::offset_of!(Kinds, call),
                168,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "le",
                ::core::mem::offset_of!(Kinds, le),
                176,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "tail",
                ::core::mem::offset_of!(Kinds, tail),
                184,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct kinds",
                "__pad184",
                ::core::mem::offset_of!(Kinds, __pad184),
                184,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Kinds {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Kinds")
                    .field("lock", &{ self.lock })
                    .field("timer", &{ self.timer })
                    .field("list", &{ self.list })
                    .field("comm", &{ self.comm })
                    .field("lines", &{ self.lines })
                    .field("one", &{ self.one })
                    .field("addrs", &{ self.addrs })
                    .field("points", &{ self.points })
                    .field("f", &{ self.f })
                    .field("d", &{ self.d })
                    .field("wide", &{ self.wide })
                    .field("flags", &{ self.flags })
                    .field("nothing", &{ self.nothing })
                    .field("call", &{ self.call })
                    .field("le", &{ self.le })
                    .field("tail", &{ self.tail })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Kinds {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.lock } == { other.lock }) && ({ self.timer } == { other.timer })
                    && ({ self.list } == { other.list })
                    && ({ self.comm } == { other.comm })
                    && ({ self.lines } == { other.lines })
                    && ({ self.one } == { other.one })
                    && ({ self.addrs } == { other.addrs })
                    && ({ self.points } == { other.points })
                    && ({ self.f } == { other.f }) && ({ self.d } == { other.d })
                    && ({ self.wide } == { other.wide })
                    && ({ self.flags } == { other.flags })
                    && ({ self.nothing } == { other.nothing })
                    && ({ self.call } == { other.call }) && ({ self.le } == { other.le })
                    && ({ self.tail } == { other.tail })
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Kinds {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Kinds {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Kinds {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Kinds {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Kinds",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "lock",
                            0,
                            <::mapgen_runtime::Opaque<
                                [::core::primitive::u32; 1],
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "timer",
                            8,
                            <::mapgen_runtime::Opaque<
                                [::core::primitive::u64; 2],
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "list",
                            24,
                            <List as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "comm",
                            48,
                            <::mapgen_runtime::Text<
                                16,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "lines",
                            64,
                            <[::mapgen_runtime::Text<
                                8,
                            >; 2] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "one",
                            80,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "addrs",
                            84,
                            <[[::mapgen_runtime::Be<
                                ::core::primitive::u32,
                            >; 3]; 2] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "points",
                            108,
                            <[PointT; 2] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "f",
                            124,
                            <::core::primitive::f32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "d",
                            128,
                            <::core::primitive::f64 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "wide",
                            144,
                            <::core::primitive::u128 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "flags",
                            160,
                            <[::mapgen_runtime::Bool; 4] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "nothing",
                            164,
                            <Nothing as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "call",
                            168,
                            <::mapgen_runtime::KernelPtr<
                                ::core::ffi::c_void,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "le",
                            176,
                            <::mapgen_runtime::Le<
                                ::core::primitive::u64,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "tail",
                            184,
                            <[::core::primitive::u64; 0] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Flexible for Kinds {
            type Item = ::core::primitive::u64;
            const ITEMS_OFFSET: ::core::primitive::usize = 184;
        }
        /**`struct natural16`

```c
struct natural16 {
    __u16 long_one[300]; /* byte 0, 600 bytes */
    __u32 x; /* byte 600, 4 bytes */
} /* 604 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(4))]
        pub struct Natural16 {
            ///`__u16 long_one[300];` at byte 0.
            pub long_one: [::core::primitive::u16; 300],
            ///`__u32 x;` at byte 600.
            pub x: ::core::primitive::u32,
        }
        impl Natural16 {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct natural16",
                ::core::mem::size_of::<Natural16>(),
                604,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct natural16",
                "long_one",
                ::core::mem::offset_of!(Natural16, long_one),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct natural16",
                "x",
                ::core::mem::offset_of!(Natural16, x),
                600,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Natural16 {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Natural16")
                    .field("long_one", &{ self.long_one })
                    .field("x", &{ self.x })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Natural16 {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.long_one } == { other.long_one }) && ({ self.x } == { other.x })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Natural16 {}
        #[automatically_derived]
        impl ::core::hash::Hash for Natural16 {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.long_one }, state);
                ::core::hash::Hash::hash(&{ self.x }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Natural16 {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Natural16 {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Natural16 {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Natural16 {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Natural16",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "long_one",
                            0,
                            <[::core::primitive::u16; 300] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "x",
                            600,
                            <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Total for Natural16 {
            fn accumulate(&mut self, other: &Self) {
                let mut member = self.long_one;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.long_one });
                self.long_one = member;
                let mut member = self.x;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.x });
                self.x = member;
            }
        }
        /**`struct packed_wide`

```c
struct packed_wide {
    __u8 a; /* byte 0, 1 bytes */
    __int128 b; /* byte 1, 16 bytes */
} /* 17 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct PackedWide {
            ///`__u8 a;` at byte 0.
            pub a: ::core::primitive::u8,
            ///`__int128 b;` at byte 1.
            pub b: ::core::primitive::i128,
        }
        impl PackedWide {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct packed_wide",
                ::core::mem::size_of::<PackedWide>(),
                17,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packed_wide",
                "a",
                ::core::mem::offset_of!(PackedWide, a),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packed_wide",
                "b",
                ::core::mem::offset_of!(PackedWide, b),
                1,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for PackedWide {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("PackedWide")
                    .field("a", &{ self.a })
                    .field("b", &{ self.b })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for PackedWide {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.a } == { other.a }) && ({ self.b } == { other.b })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for PackedWide {}
        #[automatically_derived]
        impl ::core::hash::Hash for PackedWide {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.a }, state);
                ::core::hash::Hash::hash(&{ self.b }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for PackedWide {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for PackedWide {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for PackedWide {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for PackedWide {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "PackedWide",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "a",
                            0,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "b",
                            1,
                            <::core::primitive::i128 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Total for PackedWide {
            fn accumulate(&mut self, other: &Self) {
                let mut member = self.a;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.a });
                self.a = member;
                let mut member = self.b;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.b });
                self.b = member;
            }
        }
        /**`struct keywords`

```c
struct keywords {
    __u8 type; /* byte 0, 1 bytes */
    __u8 self; /* byte 1, 1 bytes */
    __u8 self_; /* byte 2, 1 bytes */
    __u8 _; /* byte 3, 1 bytes */
    __u8 __pad5; /* byte 4, 1 bytes */
    __u32 crate; /* byte 8, 4 bytes */
    __u32 ZERO : 4; /* byte 12 bit 0, 4 bits */
    __u32 set_x : 4; /* byte 12 bit 4, 4 bits */
    __u32 x : 4; /* byte 13 bit 0, 4 bits */
    __u32 async : 4; /* byte 13 bit 4, 4 bits */
    union {
        __u32 clone; /* byte 16, 4 bytes */
        __u16 set_clone; /* byte 16, 2 bytes */
    };
} /* 20 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(4))]
        pub struct Keywords {
            ///`__u8 type;` at byte 0.
            pub r#type: ::core::primitive::u8,
            ///`__u8 self;` at byte 1.
            pub self_: ::core::primitive::u8,
            ///`__u8 self_;` at byte 2.
            pub self__: ::core::primitive::u8,
            ///`__u8 _;` at byte 3.
            #[allow(clippy::pub_underscore_fields, reason = "as in C")]
            pub __: ::core::primitive::u8,
            ///`__u8 __pad5;` at byte 4.
            #[allow(clippy::pub_underscore_fields, reason = "as in C")]
            pub __pad5: ::core::primitive::u8,
            #[doc(hidden)]
            pub __pad5_: ::mapgen_runtime::Pad<3>,
            ///`__u32 crate;` at byte 8.
            pub crate_: ::core::primitive::u32,
            #[doc(hidden)]
            pub __bits12: [::core::primitive::u8; 2],
            #[doc(hidden)]
            pub __pad14: ::mapgen_runtime::Pad<2>,
            #[doc(hidden)]
            pub __union16: [::core::primitive::u32; 1],
        }
        impl Keywords {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`__u32 ZERO : 4;`
            #[inline]
            #[must_use]
            pub const fn ZERO_(&self) -> ::core::primitive::u32 {
                let raw = (::mapgen_runtime::__private::load::<
                    12,
                    ::core::primitive::u8,
                    _,
                >(self) & 0xf) as ::core::primitive::u32;
                raw
            }
            ///Writes `__u32 ZERO : 4;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_ZERO_(&mut self, value: ::core::primitive::u32) {
                let raw = value;
                let unit = ::mapgen_runtime::__private::load::<
                    12,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    12,
                    _,
                    _,
                >(self, (unit & 0xf0) | ((raw as ::core::primitive::u8) & 0xf));
            }
            ///The same with `__u32 ZERO : 4;` written.
            #[inline]
            #[must_use]
            pub const fn with_ZERO_(mut self, value: ::core::primitive::u32) -> Self {
                self.set_ZERO_(value);
                self
            }
            ///`__u32 set_x : 4;`
            #[inline]
            #[must_use]
            pub const fn set_x(&self) -> ::core::primitive::u32 {
                let raw = (::mapgen_runtime::__private::load::<
                    12,
                    ::core::primitive::u8,
                    _,
                >(self) >> 4) as ::core::primitive::u32;
                raw
            }
            ///Writes `__u32 set_x : 4;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_set_x(&mut self, value: ::core::primitive::u32) {
                let raw = value;
                let unit = ::mapgen_runtime::__private::load::<
                    12,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    12,
                    _,
                    _,
                >(self, (unit & 0xf) | (((raw as ::core::primitive::u8) & 0xf) << 4));
            }
            ///The same with `__u32 set_x : 4;` written.
            #[inline]
            #[must_use]
            pub const fn with_set_x(mut self, value: ::core::primitive::u32) -> Self {
                self.set_set_x(value);
                self
            }
            ///`__u32 x : 4;`
            #[inline]
            #[must_use]
            pub const fn x(&self) -> ::core::primitive::u32 {
                let raw = (::mapgen_runtime::__private::load::<
                    13,
                    ::core::primitive::u8,
                    _,
                >(self) & 0xf) as ::core::primitive::u32;
                raw
            }
            ///Writes `__u32 x : 4;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_x_(&mut self, value: ::core::primitive::u32) {
                let raw = value;
                let unit = ::mapgen_runtime::__private::load::<
                    13,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    13,
                    _,
                    _,
                >(self, (unit & 0xf0) | ((raw as ::core::primitive::u8) & 0xf));
            }
            ///The same with `__u32 x : 4;` written.
            #[inline]
            #[must_use]
            pub const fn with_x(mut self, value: ::core::primitive::u32) -> Self {
                self.set_x_(value);
                self
            }
            ///`__u32 async : 4;`
            #[inline]
            #[must_use]
            pub const fn r#async(&self) -> ::core::primitive::u32 {
                let raw = (::mapgen_runtime::__private::load::<
                    13,
                    ::core::primitive::u8,
                    _,
                >(self) >> 4) as ::core::primitive::u32;
                raw
            }
            ///Writes `__u32 async : 4;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_async(&mut self, value: ::core::primitive::u32) {
                let raw = value;
                let unit = ::mapgen_runtime::__private::load::<
                    13,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    13,
                    _,
                    _,
                >(self, (unit & 0xf) | (((raw as ::core::primitive::u8) & 0xf) << 4));
            }
            ///The same with `__u32 async : 4;` written.
            #[inline]
            #[must_use]
            pub const fn with_async(mut self, value: ::core::primitive::u32) -> Self {
                self.set_async(value);
                self
            }
            ///`__u32 clone;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn clone(&self) -> ::core::primitive::u32 {
                ::mapgen_runtime::__private::load::<16, _, _>(self)
            }
            ///Writes `__u32 clone;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_clone_(&mut self, value: ::core::primitive::u32) {
                ::mapgen_runtime::__private::store::<16, _, _>(self, value);
            }
            ///The same with `__u32 clone;` written.
            #[inline]
            #[must_use]
            pub const fn with_clone(mut self, value: ::core::primitive::u32) -> Self {
                self.set_clone_(value);
                self
            }
            ///`__u32 clone;` in place, a member of a union.
            #[inline]
            pub fn clone_mut(&mut self) -> &mut ::core::primitive::u32 {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(
                        self,
                    )[16..20],
                )
            }
            ///`__u16 set_clone;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn set_clone(&self) -> ::core::primitive::u16 {
                ::mapgen_runtime::__private::load::<16, _, _>(self)
            }
            ///Writes `__u16 set_clone;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_set_clone(&mut self, value: ::core::primitive::u16) {
                ::mapgen_runtime::__private::store::<16, _, _>(self, value);
            }
            ///The same with `__u16 set_clone;` written.
            #[inline]
            #[must_use]
            pub const fn with_set_clone(
                mut self,
                value: ::core::primitive::u16,
            ) -> Self {
                self.set_set_clone(value);
                self
            }
            ///`__u16 set_clone;` in place, a member of a union.
            #[inline]
            pub fn set_clone_mut(&mut self) -> &mut ::core::primitive::u16 {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(
                        self,
                    )[16..18],
                )
            }
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct keywords",
                ::core::mem::size_of::<Keywords>(),
                20,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "type",
                ::core::mem::offset_of!(Keywords, r#type),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "self_",
                ::core::mem::offset_of!(Keywords, self_),
                1,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "self__",
                ::core::mem::offset_of!(Keywords, self__),
                2,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "__",
                ::core::mem::offset_of!(Keywords, __),
                3,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "__pad5",
                ::core::mem::offset_of!(Keywords, __pad5),
                4,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "__pad5_",
                ::core::mem::offset_of!(Keywords, __pad5_),
                5,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "crate_",
                ::core::mem::offset_of!(Keywords, crate_),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "__bits12",
                ::core::mem::offset_of!(Keywords, __bits12),
                12,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "__pad14",
                ::core::mem::offset_of!(Keywords, __pad14),
                14,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct keywords",
                "__union16",
                ::core::mem::offset_of!(Keywords, __union16),
                16,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Keywords {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Keywords")
                    .field("type", &{ self.r#type })
                    .field("self_", &{ self.self_ })
                    .field("self__", &{ self.self__ })
                    .field("__", &{ self.__ })
                    .field("__pad5", &{ self.__pad5 })
                    .field("crate_", &{ self.crate_ })
                    .field("(union)", &{ self.__union16 })
                    .field("ZERO_", &self.ZERO_())
                    .field("set_x", &self.set_x())
                    .field("x", &self.x())
                    .field("async", &self.r#async())
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Keywords {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.r#type } == { other.r#type })
                    && ({ self.self_ } == { other.self_ })
                    && ({ self.self__ } == { other.self__ })
                    && ({ self.__ } == { other.__ })
                    && ({ self.__pad5 } == { other.__pad5 })
                    && ({ self.crate_ } == { other.crate_ })
                    && ({ self.__union16 } == { other.__union16 })
                    && (self.ZERO_() == other.ZERO_()) && (self.set_x() == other.set_x())
                    && (self.x() == other.x()) && (self.r#async() == other.r#async())
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Keywords {}
        #[automatically_derived]
        impl ::core::hash::Hash for Keywords {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.r#type }, state);
                ::core::hash::Hash::hash(&{ self.self_ }, state);
                ::core::hash::Hash::hash(&{ self.self__ }, state);
                ::core::hash::Hash::hash(&{ self.__ }, state);
                ::core::hash::Hash::hash(&{ self.__pad5 }, state);
                ::core::hash::Hash::hash(&{ self.crate_ }, state);
                ::core::hash::Hash::hash(&{ self.__union16 }, state);
                ::core::hash::Hash::hash(&self.ZERO_(), state);
                ::core::hash::Hash::hash(&self.set_x(), state);
                ::core::hash::Hash::hash(&self.x(), state);
                ::core::hash::Hash::hash(&self.r#async(), state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Keywords {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Keywords {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Keywords {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Keywords {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Keywords",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "type",
                            0,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "self_",
                            1,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "self_",
                            2,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "__",
                            3,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "__pad5",
                            4,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "crate_",
                            8,
                            <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "ZERO",
                            96,
                            4,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "set_x",
                            100,
                            4,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "x",
                            104,
                            4,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "async",
                            108,
                            4,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                                "clone",
                                16,
                                <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                            )
                            .overlapping(),
                        ::mapgen_runtime::__private::layout::Member::new(
                                "set_clone",
                                16,
                                <::core::primitive::u16 as ::mapgen_runtime::CLayout>::LAYOUT,
                            )
                            .overlapping(),
                    ],
                ),
            };
        }
        ///The variables of section `.bss`, 836 bytes.
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(4))]
        pub struct BssSection {
            ///`struct kinds kinds;` at byte 0.
            pub kinds: Kinds,
            ///`struct natural16 natural16;` at byte 192.
            pub natural16: Natural16,
            ///`struct packed_wide packed_wide;` at byte 796.
            pub packed_wide: PackedWide,
            #[doc(hidden)]
            pub __pad813: ::mapgen_runtime::Pad<3>,
            ///`struct keywords keywords;` at byte 816.
            pub keywords: Keywords,
        }
        impl BssSection {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "section .bss",
                ::core::mem::size_of::<BssSection>(),
                836,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "kinds",
                ::core::mem::offset_of!(BssSection, kinds),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "natural16",
                ::core::mem::offset_of!(BssSection, natural16),
                192,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "packed_wide",
                ::core::mem::offset_of!(BssSection, packed_wide),
                796,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "__pad813",
                ::core::mem::offset_of!(BssSection, __pad813),
                813,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "keywords",
                ::core::mem::offset_of!(BssSection, keywords),
                816,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for BssSection {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("BssSection")
                    .field("kinds", &{ self.kinds })
                    .field("natural16", &{ self.natural16 })
                    .field("packed_wide", &{ self.packed_wide })
                    .field("keywords", &{ self.keywords })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for BssSection {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.kinds } == { other.kinds })
                    && ({ self.natural16 } == { other.natural16 })
                    && ({ self.packed_wide } == { other.packed_wide })
                    && ({ self.keywords } == { other.keywords })
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
                            "kinds",
                            0,
                            <Kinds as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "natural16",
                            192,
                            <Natural16 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "packed_wide",
                            796,
                            <PackedWide as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "keywords",
                            816,
                            <Keywords as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
    }
    ///All maps of object `kinds`, by C name.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    pub struct Maps {}
    impl Maps {
        /// Opens every map with the descriptor that `open` finds by its C name.
        ///
        /// A map that is `optional` may be missing: `open` says so with `ENOENT`.
        ///
        /// # Errors
        /// What `open` returns, or that a map is not what the object declares.
        pub fn from_fn<__F, __D, __E>(
            _: __F,
        ) -> ::core::result::Result<Self, ::mapgen_runtime::Error>
        where
            __F: ::core::ops::FnMut(
                &'static ::core::primitive::str,
            ) -> ::core::result::Result<__D, __E>,
            __D: ::std::os::fd::AsFd,
            ::mapgen_runtime::Error: ::core::convert::From<__E>,
        {
            ::core::result::Result::Ok(Self {})
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
            kernel.check_names("kinds", &[])?;
            ::core::result::Result::Ok(Self {})
        }
        /// Every map that is there, whatever its type, in the order of the object.
        pub fn all(&self) -> impl ::core::iter::Iterator<Item = &::mapgen_runtime::Map> {
            let maps = [::core::option::Option::None::<&::mapgen_runtime::Map>];
            ::core::iter::Iterator::flatten(::core::iter::IntoIterator::into_iter(maps))
        }
    }
    ::mapgen_runtime::__private::object! {
        object : "kinds", bytes : none, maps : {}, sections : { bss : types::BssSection =
        ".bss" { kinds : types::Kinds = 0, natural16 : types::Natural16 = 192,
        packed_wide : types::PackedWide = 796, keywords : types::Keywords = 816, }
        btf(b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\x0C\x05\0\0\x0C\x05\0\0\xC9\x01\0\0\x01\0\0\0\x04\0\0\x0FD\x03\0\0\x02\0\0\0\0\0\0\0\xC0\0\0\0\x03\0\0\0\xC0\0\0\0\\\x02\0\0\x04\0\0\0\x1C\x03\0\0\x11\0\0\0\x05\0\0\x000\x03\0\0\x14\0\0\0\x06\0\0\0\0\0\0\x0E\x06\0\0\0\x01\0\0\0\x0C\0\0\0\0\0\0\x0E\x07\0\0\0\x01\0\0\0\x16\0\0\0\0\0\0\x0E\x08\0\0\0\x01\0\0\0\"\0\0\0\0\0\0\x0E\t\0\0\0\x01\0\0\0\x06\0\0\0\x10\0\0\x04\xC0\0\0\0+\0\0\0\n\0\0\0\0\0\0\x000\0\0\0\x0B\0\0\0@\0\0\x006\0\0\0\x0C\0\0\0\xC0\0\0\0;\0\0\0\r\0\0\0\x80\x01\0\0@\0\0\0\x0E\0\0\0\0\x02\0\0F\0\0\0\x0F\0\0\0\x80\x02\0\0J\0\0\0\x10\0\0\0\xA0\x02\0\0P\0\0\0\x11\0\0\0`\x03\0\0W\0\0\0\x12\0\0\0\xE0\x03\0\0Y\0\0\0\x13\0\0\0\0\x04\0\0[\0\0\0\x14\0\0\0\x80\x04\0\0`\0\0\0\x15\0\0\0\0\x05\0\0f\0\0\0\x16\0\0\0 \x05\0\0n\0\0\0\x17\0\0\0@\x05\0\0s\0\0\0\x18\0\0\0\x80\x05\0\0v\0\0\0\x19\0\0\0\xC0\x05\0\0\x0C\0\0\0\x02\0\0\x04\\\x02\0\0{\0\0\0\x1A\0\0\0\0\0\0\0\x84\0\0\0\x1B\0\0\0\xC0\x12\0\0\x16\0\0\0\x02\0\0\x04\x11\0\0\0\x86\0\0\0\x1C\0\0\0\0\0\0\0\x88\0\0\0\x1D\0\0\0\x08\0\0\0\"\0\0\0\x0B\0\0\x84\x14\0\0\0\x8A\0\0\0\x1C\0\0\0\0\0\0\0\x8F\0\0\0\x1C\0\0\0\x08\0\0\0\x94\0\0\0\x1C\0\0\0\x10\0\0\0\x9A\0\0\0\x1C\0\0\0\x18\0\0\0\x9C\0\0\0\x1C\0\0\0 \0\0\0\xA3\0\0\0\x1B\0\0\0@\0\0\0\xA9\0\0\0\x1B\0\0\0`\0\0\x04\xAE\0\0\0\x1B\0\0\0d\0\0\x04\x84\0\0\0\x1B\0\0\0h\0\0\x04\xB4\0\0\0\x1B\0\0\0l\0\0\x04\0\0\0\0\x1E\0\0\0\x80\0\0\0\xBA\0\0\0\x01\0\0\x04\x04\0\0\0\xC8\0\0\0\x1B\0\0\0\0\0\0\0\xCC\0\0\0\x01\0\0\x04\x10\0\0\0\xD6\0\0\0\x1F\0\0\0\0\0\0\x006\0\0\0\x03\0\0\x04\x18\0\0\0\xDF\0\0\0\x17\0\0\0\0\0\0\0\xE4\0\0\0\x17\0\0\0@\0\0\0\xE7\0\0\0\x17\0\0\0\x80\0\0\0\xE9\0\0\0\0\0\0\x08 \0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0!\0\0\0\"\0\0\0\x02\0\0\0\xF0\0\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\x01\0\0\0\0\0\0\0\x03\0\0\0\0#\0\0\0\"\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0$\0\0\0\"\0\0\0\x02\0\0\0\xF5\0\0\0\0\0\0\x10\x04\0\0\0\xFB\0\0\0\0\0\0\x10\x08\0\0\0\x02\x01\0\0\0\0\0\x01\x10\0\0\0\x80\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0%\0\0\0\"\0\0\0\x04\0\0\0f\0\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\x14\x01\0\0\0\0\0\x08&\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0&\0\0\0\"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0'\0\0\0\"\0\0\0,\x01\0\0\x1B\x01\0\0\0\0\0\x08(\0\0\0!\x01\0\0\0\0\0\x08)\0\0\0&\x01\0\0\0\0\0\x01\x10\0\0\0\x80\0\0\x01\0\0\0\0\x02\0\0\x05\x04\0\0\0/\x01\0\0\x1B\0\0\0\0\0\0\x005\x01\0\0'\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0&\0\0\0\"\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\x0F\0\0\0\"\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\x0F\0\0\0\"\0\0\0\x08\0\0\0?\x01\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0*\0\0\0\"\0\0\0\x03\0\0\0S\x01\0\0\0\0\0\x08+\0\0\0[\x01\0\0\0\0\0\x08,\0\0\0`\x01\0\0\0\0\0\x08-\0\0\0f\x01\0\0\0\0\0\x08.\0\0\0l\x01\0\0\0\0\0\x01\x04\0\0\0 \0\0\0y\x01\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\0\x87\x01\0\0\0\0\0\x08/\0\0\0\0\0\0\0\x02\0\0\x04\x08\0\0\0\x84\0\0\x000\0\0\0\0\0\0\0\x8E\x01\0\x000\0\0\0 \0\0\0\x90\x01\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\x04\x96\x01\0\0\0\0\0\x01\x08\0\0\0@\0\0\0\xA9\x01\0\0\0\0\0\x01\x02\0\0\0\x10\0\0\0\xB8\x01\0\0\0\0\0\x08\x1B\0\0\0\xBF\x01\0\0\0\0\0\x081\0\0\0\xC5\x01\0\0\0\0\0\x01\x04\0\0\0 \0\0\x01\0.bss\0kinds\0natural16\0packed_wide\0keywords\0lock\0timer\0list\0comm\0lines\0one\0addrs\0points\0f\0d\0wide\0flags\0nothing\0call\0le\0tail\0long_one\0x\0a\0b\0type\0self\0self_\0_\0__pad5\0crate\0ZERO\0set_x\0async\0bpf_spin_lock\0val\0bpf_timer\0__opaque\0next\0sk\0e\0name_t\0char\0float\0double\0unsigned __int128\0__le64\0__u32\0__u8\0__int128\0clone\0set_clone\0__ARRAY_SIZE_TYPE__\0point_t\0bool\0__u64\0__u16\0unsigned int\0unsigned char\0addr_t\0y\0_Bool\0unsigned long long\0unsigned short\0__be32\0__s32\0int\0",
        1), }, programs : {},
    }
}
