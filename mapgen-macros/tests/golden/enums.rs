// The expansion of `golden::enums` in `mapgen-macros/expand/src/tests/golden.rs`.
pub mod enums {
    const _: &[::core::primitive::u8] = ::core::include_bytes!("enums.schema");
    ///The C types of object `enums`.
    pub mod types {
        /**`enum state`

```c
enum state {
    IDLE = 0,
    RUNNING = 1,
    DONE = 7,
    FINISHED = 7,
};
```*/
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(transparent)]
        pub struct State(
            /// The integer as it stands in memory.
            pub ::core::primitive::u32,
        );
        impl State {
            /// The integer 0.
            pub const ZERO: Self = Self(0);
            ///`IDLE`, 0.
            pub const IDLE: Self = Self(0);
            ///`RUNNING`, 1.
            pub const RUNNING: Self = Self(1);
            ///`DONE`, 7.
            pub const DONE: Self = Self(7);
            ///`FINISHED`, 7.
            pub const FINISHED: Self = Self(7);
        }
        ///The enumerators of `enum state`, to match on.
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(u32)]
        pub enum StateVariant {
            ///`IDLE`
            IDLE = 0,
            ///`RUNNING`
            RUNNING = 1,
            ///`DONE`
            DONE = 7,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum state",
            ::core::mem::size_of::<State>(),
            4,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for State {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    0 => f.write_str("IDLE"),
                    1 => f.write_str("RUNNING"),
                    7 => f.write_str("DONE"),
                    other => f.write_fmt(::core::format_args!("State({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<State> for StateVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: State,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    0 => ::core::result::Result::Ok(Self::IDLE),
                    1 => ::core::result::Result::Ok(Self::RUNNING),
                    7 => ::core::result::Result::Ok(Self::DONE),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum state",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<StateVariant> for State {
            fn from(value: StateVariant) -> Self {
                match value {
                    StateVariant::IDLE => Self(0),
                    StateVariant::RUNNING => Self(1),
                    StateVariant::DONE => Self(7),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::u32> for State {
            fn from(value: ::core::primitive::u32) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<State> for ::core::primitive::u32 {
            fn from(value: State) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for State {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for State {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for State {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "State",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`enum tiny`

```c
enum tiny {
    TINY_ZERO = 0,
    TINY_MAX = 255,
};
```*/
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(transparent)]
        pub struct Tiny(
            /// The integer as it stands in memory.
            pub ::core::primitive::u8,
        );
        impl Tiny {
            /// The integer 0.
            pub const ZERO: Self = Self(0);
            ///`TINY_ZERO`, 0.
            pub const TINY_ZERO: Self = Self(0);
            ///`TINY_MAX`, 255.
            pub const TINY_MAX: Self = Self(255);
        }
        ///The enumerators of `enum tiny`, to match on.
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(u8)]
        pub enum TinyVariant {
            ///`TINY_ZERO`
            TINY_ZERO = 0,
            ///`TINY_MAX`
            TINY_MAX = 255,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum tiny",
            ::core::mem::size_of::<Tiny>(),
            1,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Tiny {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    0 => f.write_str("TINY_ZERO"),
                    255 => f.write_str("TINY_MAX"),
                    other => f.write_fmt(::core::format_args!("Tiny({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<Tiny> for TinyVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: Tiny,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    0 => ::core::result::Result::Ok(Self::TINY_ZERO),
                    255 => ::core::result::Result::Ok(Self::TINY_MAX),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum tiny",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<TinyVariant> for Tiny {
            fn from(value: TinyVariant) -> Self {
                match value {
                    TinyVariant::TINY_ZERO => Self(0),
                    TinyVariant::TINY_MAX => Self(255),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::u8> for Tiny {
            fn from(value: ::core::primitive::u8) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<Tiny> for ::core::primitive::u8 {
            fn from(value: Tiny) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Tiny {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Tiny {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Tiny {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Tiny",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`enum below`

```c
enum below {
    BELOW = -1,
    ABOVE = 1,
};
```*/
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(transparent)]
        pub struct Below(
            /// The integer as it stands in memory.
            pub ::core::primitive::i32,
        );
        impl Below {
            /// The integer 0.
            pub const ZERO: Self = Self(0);
            ///`BELOW`, -1.
            pub const BELOW: Self = Self(-1);
            ///`ABOVE`, 1.
            pub const ABOVE: Self = Self(1);
        }
        ///The enumerators of `enum below`, to match on.
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(i32)]
        pub enum BelowVariant {
            ///`BELOW`
            BELOW = -1,
            ///`ABOVE`
            ABOVE = 1,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum below",
            ::core::mem::size_of::<Below>(),
            4,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Below {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    -1 => f.write_str("BELOW"),
                    1 => f.write_str("ABOVE"),
                    other => f.write_fmt(::core::format_args!("Below({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<Below> for BelowVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: Below,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    -1 => ::core::result::Result::Ok(Self::BELOW),
                    1 => ::core::result::Result::Ok(Self::ABOVE),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum below",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<BelowVariant> for Below {
            fn from(value: BelowVariant) -> Self {
                match value {
                    BelowVariant::BELOW => Self(-1),
                    BelowVariant::ABOVE => Self(1),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::i32> for Below {
            fn from(value: ::core::primitive::i32) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<Below> for ::core::primitive::i32 {
            fn from(value: Below) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Below {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Below {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Below {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Below",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`enum big`

```c
enum big {
    BIG = 18446744073709551615,
};
```*/
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(transparent)]
        pub struct Big(
            /// The integer as it stands in memory.
            pub ::core::primitive::u64,
        );
        impl Big {
            /// The integer 0.
            pub const ZERO: Self = Self(0);
            ///`BIG`, 18446744073709551615.
            pub const BIG: Self = Self(18446744073709551615);
        }
        ///The enumerators of `enum big`, to match on.
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(u64)]
        pub enum BigVariant {
            ///`BIG`
            BIG = 18446744073709551615,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum big",
            ::core::mem::size_of::<Big>(),
            8,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Big {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    18446744073709551615 => f.write_str("BIG"),
                    other => f.write_fmt(::core::format_args!("Big({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<Big> for BigVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: Big,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    18446744073709551615 => ::core::result::Result::Ok(Self::BIG),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum big",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<BigVariant> for Big {
            fn from(value: BigVariant) -> Self {
                match value {
                    BigVariant::BIG => Self(18446744073709551615),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::u64> for Big {
            fn from(value: ::core::primitive::u64) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<Big> for ::core::primitive::u64 {
            fn from(value: Big) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Big {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Big {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Big {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Big",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`enum names`

```c
enum names {
    type = 1,
    self = 2,
    _ = 3,
    ZERO = 9,
};
```*/
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(transparent)]
        pub struct Names(
            /// The integer as it stands in memory.
            pub ::core::primitive::u32,
        );
        impl Names {
            ///`type`, 1.
            pub const r#type: Self = Self(1);
            ///`self`, 2.
            pub const self_: Self = Self(2);
            ///`_`, 3.
            pub const __: Self = Self(3);
            ///`ZERO`, 9.
            pub const ZERO: Self = Self(9);
        }
        ///The enumerators of `enum names`, to match on.
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(u32)]
        pub enum NamesVariant {
            ///`type`
            r#type = 1,
            ///`self`
            self_ = 2,
            ///`_`
            __ = 3,
            ///`ZERO`
            ZERO = 9,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum names",
            ::core::mem::size_of::<Names>(),
            4,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Names {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    1 => f.write_str("type"),
                    2 => f.write_str("self"),
                    3 => f.write_str("_"),
                    9 => f.write_str("ZERO"),
                    other => f.write_fmt(::core::format_args!("Names({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<Names> for NamesVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: Names,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    1 => ::core::result::Result::Ok(Self::r#type),
                    2 => ::core::result::Result::Ok(Self::self_),
                    3 => ::core::result::Result::Ok(Self::__),
                    9 => ::core::result::Result::Ok(Self::ZERO),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum names",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<NamesVariant> for Names {
            fn from(value: NamesVariant) -> Self {
                match value {
                    NamesVariant::r#type => Self(1),
                    NamesVariant::self_ => Self(2),
                    NamesVariant::__ => Self(3),
                    NamesVariant::ZERO => Self(9),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::u32> for Names {
            fn from(value: ::core::primitive::u32) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<Names> for ::core::primitive::u32 {
            fn from(value: Names) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Names {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Names {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Names {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Names",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`enum (anonymous)`

```c
enum (anonymous) {
    A_SIDE = 0,
    B_SIDE = 1,
};
```*/
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(transparent)]
        pub struct SideT(
            /// The integer as it stands in memory.
            pub ::core::primitive::u32,
        );
        impl SideT {
            /// The integer 0.
            pub const ZERO: Self = Self(0);
            ///`A_SIDE`, 0.
            pub const A_SIDE: Self = Self(0);
            ///`B_SIDE`, 1.
            pub const B_SIDE: Self = Self(1);
        }
        ///The enumerators of `enum (anonymous)`, to match on.
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(u32)]
        pub enum SideTVariant {
            ///`A_SIDE`
            A_SIDE = 0,
            ///`B_SIDE`
            B_SIDE = 1,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum (anonymous)",
            ::core::mem::size_of::<SideT>(),
            4,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for SideT {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    0 => f.write_str("A_SIDE"),
                    1 => f.write_str("B_SIDE"),
                    other => f.write_fmt(::core::format_args!("SideT({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<SideT> for SideTVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: SideT,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    0 => ::core::result::Result::Ok(Self::A_SIDE),
                    1 => ::core::result::Result::Ok(Self::B_SIDE),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum (anonymous)",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<SideTVariant> for SideT {
            fn from(value: SideTVariant) -> Self {
                match value {
                    SideTVariant::A_SIDE => Self(0),
                    SideTVariant::B_SIDE => Self(1),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::u32> for SideT {
            fn from(value: ::core::primitive::u32) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<SideT> for ::core::primitive::u32 {
            fn from(value: SideT) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for SideT {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for SideT {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for SideT {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "SideT",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`enum (anonymous)`

```c
enum (anonymous) {
    INNER = 0,
};
```*/
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(transparent)]
        pub struct AllInner(
            /// The integer as it stands in memory.
            pub ::core::primitive::u32,
        );
        impl AllInner {
            /// The integer 0.
            pub const ZERO: Self = Self(0);
            ///`INNER`, 0.
            pub const INNER: Self = Self(0);
        }
        ///The enumerators of `enum (anonymous)`, to match on.
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        #[repr(u32)]
        pub enum AllInnerVariant {
            ///`INNER`
            INNER = 0,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum (anonymous)",
            ::core::mem::size_of::<AllInner>(),
            4,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for AllInner {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    0 => f.write_str("INNER"),
                    other => f.write_fmt(::core::format_args!("AllInner({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<AllInner> for AllInnerVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: AllInner,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    0 => ::core::result::Result::Ok(Self::INNER),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum (anonymous)",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<AllInnerVariant> for AllInner {
            fn from(value: AllInnerVariant) -> Self {
                match value {
                    AllInnerVariant::INNER => Self(0),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::u32> for AllInner {
            fn from(value: ::core::primitive::u32) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<AllInner> for ::core::primitive::u32 {
            fn from(value: AllInner) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for AllInner {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for AllInner {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for AllInner {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "AllInner",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`struct all`

```c
struct all {
    enum state state; /* byte 0, 4 bytes */
    enum tiny tiny; /* byte 4, 1 bytes */
    enum below below; /* byte 8, 4 bytes */
    enum big big; /* byte 16, 8 bytes */
    enum names names; /* byte 24, 4 bytes */
    side_t side; /* byte 28, 4 bytes */
    enum (anonymous) inner[3]; /* byte 32, 12 bytes */
} /* 48 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct All {
            ///`enum state state;` at byte 0.
            pub state: State,
            ///`enum tiny tiny;` at byte 4.
            pub tiny: Tiny,
            #[doc(hidden)]
            pub __pad5: ::mapgen_runtime::Pad<3>,
            ///`enum below below;` at byte 8.
            pub below: Below,
            #[doc(hidden)]
            pub __pad12: ::mapgen_runtime::Pad<4>,
            ///`enum big big;` at byte 16.
            pub big: Big,
            ///`enum names names;` at byte 24.
            pub names: Names,
            ///`side_t side;` at byte 28.
            pub side: SideT,
            ///`enum (anonymous) inner[3];` at byte 32.
            pub inner: [AllInner; 3],
            #[doc(hidden)]
            pub __pad44: ::mapgen_runtime::Pad<4>,
        }
        impl All {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct all",
                ::core::mem::size_of::<All>(),
                48,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "state",
                ::core::mem::offset_of!(All, state),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "tiny",
                ::core::mem::offset_of!(All, tiny),
                4,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "__pad5",
                ::core::mem::offset_of!(All, __pad5),
                5,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "below",
                ::core::mem::offset_of!(All, below),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "__pad12",
                ::core::mem::offset_of!(All, __pad12),
                12,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "big",
                ::core::mem::offset_of!(All, big),
                16,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "names",
                ::core::mem::offset_of!(All, names),
                24,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "side",
                ::core::mem::offset_of!(All, side),
                28,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "inner",
                ::core::mem::offset_of!(All, inner),
                32,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct all",
                "__pad44",
                ::core::mem::offset_of!(All, __pad44),
                44,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for All {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("All")
                    .field("state", &{ self.state })
                    .field("tiny", &{ self.tiny })
                    .field("below", &{ self.below })
                    .field("big", &{ self.big })
                    .field("names", &{ self.names })
                    .field("side", &{ self.side })
                    .field("inner", &{ self.inner })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for All {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.state } == { other.state }) && ({ self.tiny } == { other.tiny })
                    && ({ self.below } == { other.below })
                    && ({ self.big } == { other.big })
                    && ({ self.names } == { other.names })
                    && ({ self.side } == { other.side })
                    && ({ self.inner } == { other.inner })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for All {}
        #[automatically_derived]
        impl ::core::hash::Hash for All {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.state }, state);
                ::core::hash::Hash::hash(&{ self.tiny }, state);
                ::core::hash::Hash::hash(&{ self.below }, state);
                ::core::hash::Hash::hash(&{ self.big }, state);
                ::core::hash::Hash::hash(&{ self.names }, state);
                ::core::hash::Hash::hash(&{ self.side }, state);
                ::core::hash::Hash::hash(&{ self.inner }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for All {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for All {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for All {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for All {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "All",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "state",
                            0,
                            <State as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "tiny",
                            4,
                            <Tiny as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "below",
                            8,
                            <Below as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "big",
                            16,
                            <Big as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "names",
                            24,
                            <Names as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "side",
                            28,
                            <SideT as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "inner",
                            32,
                            <[AllInner; 3] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        ///The variables of section `.bss`, 48 bytes.
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct BssSection {
            ///`struct all all;` at byte 0.
            pub all: All,
        }
        impl BssSection {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "section .bss",
                ::core::mem::size_of::<BssSection>(),
                48,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "all",
                ::core::mem::offset_of!(BssSection, all),
                0,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for BssSection {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("BssSection").field("all", &{ self.all }).finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for BssSection {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ::core::cmp::PartialEq::eq(&{ self.all }, &{ other.all })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for BssSection {}
        #[automatically_derived]
        impl ::core::hash::Hash for BssSection {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.all }, state);
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
                            "all",
                            0,
                            <All as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
    }
    ///All maps of object `enums`, by C name.
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
            kernel.check_names("enums", &[])?;
            ::core::result::Result::Ok(Self {})
        }
        /// Every map that is there, whatever its type, in the order of the object.
        pub fn all(&self) -> impl ::core::iter::Iterator<Item = &::mapgen_runtime::Map> {
            let maps = [::core::option::Option::None::<&::mapgen_runtime::Map>];
            ::core::iter::Iterator::flatten(::core::iter::IntoIterator::into_iter(maps))
        }
    }
    ::mapgen_runtime::__private::object! {
        object : "enums", bytes : none, maps : {}, sections : { bss : types::BssSection =
        ".bss" { all : types::All = 0, }
        btf(b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\x94\x01\0\0\x94\x01\0\0\xAE\0\0\0\x01\0\0\0\x01\0\0\x0F0\0\0\0\x02\0\0\0\0\0\0\x000\0\0\0\x06\0\0\0\0\0\0\x0E\x03\0\0\0\x01\0\0\0\x06\0\0\0\x07\0\0\x040\0\0\0\n\0\0\0\x04\0\0\0\0\0\0\0\x10\0\0\0\x05\0\0\0 \0\0\0\x15\0\0\0\x06\0\0\0@\0\0\0\x1B\0\0\0\x07\0\0\0\x80\0\0\0\x1F\0\0\0\x08\0\0\0\xC0\0\0\0%\0\0\0\t\0\0\0\xE0\0\0\0*\0\0\0\n\0\0\0\0\x01\0\0\n\0\0\0\x04\0\0\x06\x04\0\0\x000\0\0\0\0\0\0\x005\0\0\0\x01\0\0\0=\0\0\0\x07\0\0\0B\0\0\0\x07\0\0\0\x10\0\0\0\x02\0\0\x06\x01\0\0\0K\0\0\0\0\0\0\0U\0\0\0\xFF\0\0\0\x15\0\0\0\x02\0\0\x86\x04\0\0\0^\0\0\0\xFF\xFF\xFF\xFFd\0\0\0\x01\0\0\0\x1B\0\0\0\x01\0\0\x13\x08\0\0\0j\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x1F\0\0\0\x04\0\0\x06\x04\0\0\0n\0\0\0\x01\0\0\0s\0\0\0\x02\0\0\0x\0\0\0\x03\0\0\0z\0\0\0\t\0\0\0\x7F\0\0\0\0\0\0\x08\x0B\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\x0C\0\0\0\r\0\0\0\x03\0\0\0\0\0\0\0\x02\0\0\x06\x04\0\0\0\x86\0\0\0\0\0\0\0\x8D\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\x06\x04\0\0\0\x94\0\0\0\0\0\0\0\x9A\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\0.bss\0all\0state\0tiny\0below\0big\0names\0side\0inner\0IDLE\0RUNNING\0DONE\0FINISHED\0TINY_ZERO\0TINY_MAX\0BELOW\0ABOVE\0BIG\0type\0self\0_\0ZERO\0side_t\0A_SIDE\0B_SIDE\0INNER\0__ARRAY_SIZE_TYPE__\0",
        1), }, programs : {},
    }
}
