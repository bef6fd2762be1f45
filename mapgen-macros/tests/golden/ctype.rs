// The expansion of `golden::ctype` in `mapgen-macros/expand/src/tests/golden.rs`.
/// A key of the user's.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct FlowKey {
    saddr: Be<u32>,
    daddr: Be<u32>,
    sport: Be<u16>,
    dport: Be<u16>,
    proto: u8,
    pad: [u8; 3],
}
const _: &[::core::primitive::u8] = ::core::include_bytes!("maps.schema");
const _: () = {
    const _: () = {
        ::mapgen_runtime::__private::check::assert_no_padding(
            "FlowKey",
            ::core::mem::size_of::<FlowKey>(),
            &[
                (
                    "saddr",
                    ::core::mem::offset_of!(FlowKey, saddr),
                    ::core::mem::size_of::<Be<u32>>(),
                ),
                (
                    "daddr",
                    ::core::mem::offset_of!(FlowKey, daddr),
                    ::core::mem::size_of::<Be<u32>>(),
                ),
                (
                    "sport",
                    ::core::mem::offset_of!(FlowKey, sport),
                    ::core::mem::size_of::<Be<u16>>(),
                ),
                (
                    "dport",
                    ::core::mem::offset_of!(FlowKey, dport),
                    ::core::mem::size_of::<Be<u16>>(),
                ),
                (
                    "proto",
                    ::core::mem::offset_of!(FlowKey, proto),
                    ::core::mem::size_of::<u8>(),
                ),
                (
                    "pad",
                    ::core::mem::offset_of!(FlowKey, pad),
                    ::core::mem::size_of::<[u8; 3]>(),
                ),
            ],
        );
    };
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
                        ::core::mem::offset_of!(FlowKey, saddr),
                        <Be<u32> as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                    ::mapgen_runtime::__private::layout::Member::new(
                        "daddr",
                        ::core::mem::offset_of!(FlowKey, daddr),
                        <Be<u32> as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                    ::mapgen_runtime::__private::layout::Member::new(
                        "sport",
                        ::core::mem::offset_of!(FlowKey, sport),
                        <Be<u16> as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                    ::mapgen_runtime::__private::layout::Member::new(
                        "dport",
                        ::core::mem::offset_of!(FlowKey, dport),
                        <Be<u16> as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                    ::mapgen_runtime::__private::layout::Member::new(
                        "proto",
                        ::core::mem::offset_of!(FlowKey, proto),
                        <u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                    ::mapgen_runtime::__private::layout::Member::new(
                        "pad",
                        ::core::mem::offset_of!(FlowKey, pad),
                        <[u8; 3] as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                ],
            ),
        };
    }
    const _: () = {
        use ::mapgen_runtime::__private::layout;
        const RUST: layout::Layout = layout::Layout {
            name: "FlowKey",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "saddr",
                        ::core::mem::offset_of!(FlowKey, saddr),
                        <Be<u32> as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                ],
            ),
        };
        const C: layout::Layout = layout::Layout {
            name: "struct flow_key",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "saddr",
                        0,
                        *{
                            const TYPE_3: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                                name: "__be32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Big,
                                },
                            };
                            &TYPE_3
                        },
                    ),
                ],
            ),
        };
        ::mapgen_runtime::__private::check::assert_layout("field `saddr`", &RUST, &C);
    };
    const _: () = {
        use ::mapgen_runtime::__private::layout;
        const RUST: layout::Layout = layout::Layout {
            name: "FlowKey",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "daddr",
                        ::core::mem::offset_of!(FlowKey, daddr),
                        <Be<u32> as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                ],
            ),
        };
        const C: layout::Layout = layout::Layout {
            name: "struct flow_key",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "daddr",
                        4,
                        *{
                            const TYPE_3: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                                name: "__be32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Big,
                                },
                            };
                            &TYPE_3
                        },
                    ),
                ],
            ),
        };
        ::mapgen_runtime::__private::check::assert_layout("field `daddr`", &RUST, &C);
    };
    const _: () = {
        use ::mapgen_runtime::__private::layout;
        const RUST: layout::Layout = layout::Layout {
            name: "FlowKey",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "sport",
                        ::core::mem::offset_of!(FlowKey, sport),
                        <Be<u16> as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                ],
            ),
        };
        const C: layout::Layout = layout::Layout {
            name: "struct flow_key",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "sport",
                        8,
                        *{
                            const TYPE_6: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                                name: "__be16",
                                size: 2,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Big,
                                },
                            };
                            &TYPE_6
                        },
                    ),
                ],
            ),
        };
        ::mapgen_runtime::__private::check::assert_layout("field `sport`", &RUST, &C);
    };
    const _: () = {
        use ::mapgen_runtime::__private::layout;
        const RUST: layout::Layout = layout::Layout {
            name: "FlowKey",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "dport",
                        ::core::mem::offset_of!(FlowKey, dport),
                        <Be<u16> as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                ],
            ),
        };
        const C: layout::Layout = layout::Layout {
            name: "struct flow_key",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "dport",
                        10,
                        *{
                            const TYPE_6: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                                name: "__be16",
                                size: 2,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Big,
                                },
                            };
                            &TYPE_6
                        },
                    ),
                ],
            ),
        };
        ::mapgen_runtime::__private::check::assert_layout("field `dport`", &RUST, &C);
    };
    const _: () = {
        use ::mapgen_runtime::__private::layout;
        const RUST: layout::Layout = layout::Layout {
            name: "FlowKey",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "proto",
                        ::core::mem::offset_of!(FlowKey, proto),
                        <u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                    ),
                ],
            ),
        };
        const C: layout::Layout = layout::Layout {
            name: "struct flow_key",
            size: 16,
            kind: layout::Kind::Struct(
                &[
                    layout::Member::new(
                        "proto",
                        12,
                        *{
                            const TYPE_8: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                                name: "__u8",
                                size: 1,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            };
                            &TYPE_8
                        },
                    ),
                ],
            ),
        };
        ::mapgen_runtime::__private::check::assert_layout("field `proto`", &RUST, &C);
    };
    const _: () = ::mapgen_runtime::__private::check::assert_hole(
        "struct flow_key",
        "pad",
        ::core::mem::offset_of!(FlowKey, pad),
        ::core::mem::size_of::<[u8; 3]>(),
        &[(13, 16)],
    );
    const _: () = ::mapgen_runtime::__private::check::assert_size(
        "struct flow_key",
        ::core::mem::size_of::<FlowKey>(),
        16,
    );
};
