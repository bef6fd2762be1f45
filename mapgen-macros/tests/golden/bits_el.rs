// The expansion of `golden::bits_el` in `mapgen-macros/expand/src/tests/golden.rs`.
pub mod bits_el {
    const _: &[::core::primitive::u8] = ::core::include_bytes!("bits_el.schema");
    ///The C types of object `bits_el`.
    pub mod types {
        /**`enum colour`

```c
enum colour {
    RED = 0,
    GREEN = 5,
    BLUE = 6,
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
        pub struct Colour(
            /// The integer as it stands in memory.
            pub ::core::primitive::u32,
        );
        impl Colour {
            /// The integer 0.
            pub const ZERO: Self = Self(0);
            ///`RED`, 0.
            pub const RED: Self = Self(0);
            ///`GREEN`, 5.
            pub const GREEN: Self = Self(5);
            ///`BLUE`, 6.
            pub const BLUE: Self = Self(6);
        }
        ///The enumerators of `enum colour`, to match on.
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
        pub enum ColourVariant {
            ///`RED`
            RED = 0,
            ///`GREEN`
            GREEN = 5,
            ///`BLUE`
            BLUE = 6,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum colour",
            ::core::mem::size_of::<Colour>(),
            4,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Colour {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    0 => f.write_str("RED"),
                    5 => f.write_str("GREEN"),
                    6 => f.write_str("BLUE"),
                    other => f.write_fmt(::core::format_args!("Colour({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<Colour> for ColourVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: Colour,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    0 => ::core::result::Result::Ok(Self::RED),
                    5 => ::core::result::Result::Ok(Self::GREEN),
                    6 => ::core::result::Result::Ok(Self::BLUE),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum colour",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<ColourVariant> for Colour {
            fn from(value: ColourVariant) -> Self {
                match value {
                    ColourVariant::RED => Self(0),
                    ColourVariant::GREEN => Self(5),
                    ColourVariant::BLUE => Self(6),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::u32> for Colour {
            fn from(value: ::core::primitive::u32) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<Colour> for ::core::primitive::u32 {
            fn from(value: Colour) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Colour {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Colour {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Colour {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Colour",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`enum sign`

```c
enum sign {
    MINUS = -2,
    PLUS = 1,
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
        pub struct Sign(
            /// The integer as it stands in memory.
            pub ::core::primitive::i32,
        );
        impl Sign {
            /// The integer 0.
            pub const ZERO: Self = Self(0);
            ///`MINUS`, -2.
            pub const MINUS: Self = Self(-2);
            ///`PLUS`, 1.
            pub const PLUS: Self = Self(1);
        }
        ///The enumerators of `enum sign`, to match on.
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
        pub enum SignVariant {
            ///`MINUS`
            MINUS = -2,
            ///`PLUS`
            PLUS = 1,
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "enum sign",
            ::core::mem::size_of::<Sign>(),
            4,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Sign {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.0 {
                    -2 => f.write_str("MINUS"),
                    1 => f.write_str("PLUS"),
                    other => f.write_fmt(::core::format_args!("Sign({})", other)),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::TryFrom<Sign> for SignVariant {
            type Error = ::mapgen_runtime::InvalidEnum;
            fn try_from(
                value: Sign,
            ) -> ::core::result::Result<Self, ::mapgen_runtime::InvalidEnum> {
                match value.0 {
                    -2 => ::core::result::Result::Ok(Self::MINUS),
                    1 => ::core::result::Result::Ok(Self::PLUS),
                    other => {
                        ::core::result::Result::Err(::mapgen_runtime::InvalidEnum {
                            ctype: "enum sign",
                            value: ::core::convert::From::from(other),
                        })
                    }
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<SignVariant> for Sign {
            fn from(value: SignVariant) -> Self {
                match value {
                    SignVariant::MINUS => Self(-2),
                    SignVariant::PLUS => Self(1),
                }
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<::core::primitive::i32> for Sign {
            fn from(value: ::core::primitive::i32) -> Self {
                Self(value)
            }
        }
        #[automatically_derived]
        impl ::core::convert::From<Sign> for ::core::primitive::i32 {
            fn from(value: Sign) -> Self {
                value.0
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Sign {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Sign {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Sign {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Sign",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
            };
        }
        /**`struct plain`

```c
struct plain {
    __u8 a : 1; /* byte 0 bit 0, 1 bits */
    __u8 b : 3; /* byte 0 bit 1, 3 bits */
    __u16 c : 11; /* byte 0 bit 4, 11 bits */
    __u32 d : 24; /* byte 4 bit 0, 24 bits */
    __s32 e : 5; /* byte 7 bit 0, 5 bits */
    __s64 f : 41; /* byte 8 bit 0, 41 bits */
    __u64 g : 63; /* byte 16 bit 0, 63 bits */
    _Bool h : 1; /* byte 23 bit 7, 1 bits */
    enum colour i : 4; /* byte 24 bit 0, 4 bits */
    enum sign j : 3; /* byte 24 bit 4, 3 bits */
    __u8 after; /* byte 25, 1 bytes */
} /* 32 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct Plain {
            #[doc(hidden)]
            pub __bits0: [::core::primitive::u8; 2],
            #[doc(hidden)]
            pub __pad2: ::mapgen_runtime::Pad<2>,
            #[doc(hidden)]
            pub __bits4: [::core::primitive::u8; 10],
            #[doc(hidden)]
            pub __pad14: ::mapgen_runtime::Pad<2>,
            #[doc(hidden)]
            pub __bits16: [::core::primitive::u8; 9],
            ///`__u8 after;` at byte 25.
            pub after: ::core::primitive::u8,
            #[doc(hidden)]
            pub __pad26: ::mapgen_runtime::Pad<6>,
        }
        impl Plain {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`__u8 a : 1;`
            #[inline]
            #[must_use]
            pub const fn a(&self) -> ::core::primitive::u8 {
                let raw = ::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self) & 0x1;
                raw
            }
            ///Writes `__u8 a : 1;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_a(&mut self, value: ::core::primitive::u8) {
                let raw = value;
                let unit = ::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(self, (unit & 0xfe) | (raw & 0x1));
            }
            ///The same with `__u8 a : 1;` written.
            #[inline]
            #[must_use]
            pub const fn with_a(mut self, value: ::core::primitive::u8) -> Self {
                self.set_a(value);
                self
            }
            ///`__u8 b : 3;`
            #[inline]
            #[must_use]
            pub const fn b(&self) -> ::core::primitive::u8 {
                let raw = (::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self) >> 1) & 0x7;
                raw
            }
            ///Writes `__u8 b : 3;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_b(&mut self, value: ::core::primitive::u8) {
                let raw = value;
                let unit = ::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(self, (unit & 0xf1) | ((raw & 0x7) << 1));
            }
            ///The same with `__u8 b : 3;` written.
            #[inline]
            #[must_use]
            pub const fn with_b(mut self, value: ::core::primitive::u8) -> Self {
                self.set_b(value);
                self
            }
            ///`__u16 c : 11;`
            #[inline]
            #[must_use]
            pub const fn c(&self) -> ::core::primitive::u16 {
                let raw = (::core::primitive::u16::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                ) >> 4) & 0x7ff;
                raw
            }
            ///Writes `__u16 c : 11;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_c(&mut self, value: ::core::primitive::u16) {
                let raw = value;
                let unit = ::core::primitive::u16::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(self, ((unit & 0x800f) | ((raw & 0x7ff) << 4)).to_le());
            }
            ///The same with `__u16 c : 11;` written.
            #[inline]
            #[must_use]
            pub const fn with_c(mut self, value: ::core::primitive::u16) -> Self {
                self.set_c(value);
                self
            }
            ///`__u32 d : 24;`
            #[inline]
            #[must_use]
            pub const fn d(&self) -> ::core::primitive::u32 {
                let raw = ::core::primitive::u32::from_le(
                    ::mapgen_runtime::__private::load::<4, _, _>(self),
                ) & 0xffffff;
                raw
            }
            ///Writes `__u32 d : 24;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_d(&mut self, value: ::core::primitive::u32) {
                let raw = value;
                let unit = ::core::primitive::u32::from_le(
                    ::mapgen_runtime::__private::load::<4, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    4,
                    _,
                    _,
                >(self, ((unit & 0xff000000) | (raw & 0xffffff)).to_le());
            }
            ///The same with `__u32 d : 24;` written.
            #[inline]
            #[must_use]
            pub const fn with_d(mut self, value: ::core::primitive::u32) -> Self {
                self.set_d(value);
                self
            }
            ///`__s32 e : 5;`
            #[inline]
            #[must_use]
            pub const fn e(&self) -> ::core::primitive::i32 {
                let raw = (::mapgen_runtime::__private::load::<
                    7,
                    ::core::primitive::u8,
                    _,
                >(self) & 0x1f) as ::core::primitive::u32;
                ((raw << 27) as ::core::primitive::i32) >> 27
            }
            ///Writes `__s32 e : 5;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_e(&mut self, value: ::core::primitive::i32) {
                let raw = value as ::core::primitive::u32;
                let unit = ::mapgen_runtime::__private::load::<
                    7,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    7,
                    _,
                    _,
                >(self, (unit & 0xe0) | ((raw as ::core::primitive::u8) & 0x1f));
            }
            ///The same with `__s32 e : 5;` written.
            #[inline]
            #[must_use]
            pub const fn with_e(mut self, value: ::core::primitive::i32) -> Self {
                self.set_e(value);
                self
            }
            ///`__s64 f : 41;`
            #[inline]
            #[must_use]
            pub const fn f(&self) -> ::core::primitive::i64 {
                let raw = ::core::primitive::u64::from_le(
                    ::mapgen_runtime::__private::load::<8, _, _>(self),
                ) & 0x1ffffffffff;
                ((raw << 23) as ::core::primitive::i64) >> 23
            }
            ///Writes `__s64 f : 41;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_f(&mut self, value: ::core::primitive::i64) {
                let raw = value as ::core::primitive::u64;
                let unit = ::core::primitive::u64::from_le(
                    ::mapgen_runtime::__private::load::<8, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    8,
                    _,
                    _,
                >(self, ((unit & 0xfffffe0000000000) | (raw & 0x1ffffffffff)).to_le());
            }
            ///The same with `__s64 f : 41;` written.
            #[inline]
            #[must_use]
            pub const fn with_f(mut self, value: ::core::primitive::i64) -> Self {
                self.set_f(value);
                self
            }
            ///`__u64 g : 63;`
            #[inline]
            #[must_use]
            pub const fn g(&self) -> ::core::primitive::u64 {
                let raw = ::core::primitive::u64::from_le(
                    ::mapgen_runtime::__private::load::<16, _, _>(self),
                ) & 0x7fffffffffffffff;
                raw
            }
            ///Writes `__u64 g : 63;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_g(&mut self, value: ::core::primitive::u64) {
                let raw = value;
                let unit = ::core::primitive::u64::from_le(
                    ::mapgen_runtime::__private::load::<16, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    16,
                    _,
                    _,
                >(
                    self,
                    ((unit & 0x8000000000000000) | (raw & 0x7fffffffffffffff)).to_le(),
                );
            }
            ///The same with `__u64 g : 63;` written.
            #[inline]
            #[must_use]
            pub const fn with_g(mut self, value: ::core::primitive::u64) -> Self {
                self.set_g(value);
                self
            }
            ///`_Bool h : 1;`
            #[inline]
            #[must_use]
            pub const fn h(&self) -> ::mapgen_runtime::Bool {
                let raw = ::mapgen_runtime::__private::load::<
                    23,
                    ::core::primitive::u8,
                    _,
                >(self) >> 7;
                ::mapgen_runtime::Bool::from_raw(raw)
            }
            ///Writes `_Bool h : 1;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_h(&mut self, value: ::mapgen_runtime::Bool) {
                let raw = ::mapgen_runtime::Bool::new(value.get()).to_raw();
                let unit = ::mapgen_runtime::__private::load::<
                    23,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    23,
                    _,
                    _,
                >(self, (unit & 0x7f) | ((raw & 0x1) << 7));
            }
            ///The same with `_Bool h : 1;` written.
            #[inline]
            #[must_use]
            pub const fn with_h(mut self, value: ::mapgen_runtime::Bool) -> Self {
                self.set_h(value);
                self
            }
            ///`enum colour i : 4;`
            #[inline]
            #[must_use]
            pub const fn i(&self) -> Colour {
                let raw = (::mapgen_runtime::__private::load::<
                    24,
                    ::core::primitive::u8,
                    _,
                >(self) & 0xf) as ::core::primitive::u32;
                Colour(raw)
            }
            ///Writes `enum colour i : 4;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_i(&mut self, value: Colour) {
                let raw = value.0 as ::core::primitive::u32;
                let unit = ::mapgen_runtime::__private::load::<
                    24,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    24,
                    _,
                    _,
                >(self, (unit & 0xf0) | ((raw as ::core::primitive::u8) & 0xf));
            }
            ///The same with `enum colour i : 4;` written.
            #[inline]
            #[must_use]
            pub const fn with_i(mut self, value: Colour) -> Self {
                self.set_i(value);
                self
            }
            ///`enum sign j : 3;`
            #[inline]
            #[must_use]
            pub const fn j(&self) -> Sign {
                let raw = ((::mapgen_runtime::__private::load::<
                    24,
                    ::core::primitive::u8,
                    _,
                >(self) >> 4) & 0x7) as ::core::primitive::u32;
                Sign(((raw << 29) as ::core::primitive::i32) >> 29)
            }
            ///Writes `enum sign j : 3;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_j(&mut self, value: Sign) {
                let raw = value.0 as ::core::primitive::u32;
                let unit = ::mapgen_runtime::__private::load::<
                    24,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    24,
                    _,
                    _,
                >(self, (unit & 0x8f) | (((raw as ::core::primitive::u8) & 0x7) << 4));
            }
            ///The same with `enum sign j : 3;` written.
            #[inline]
            #[must_use]
            pub const fn with_j(mut self, value: Sign) -> Self {
                self.set_j(value);
                self
            }
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct plain",
                ::core::mem::size_of::<Plain>(),
                32,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct plain",
                "__bits0",
                ::core::mem::offset_of!(Plain, __bits0),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct plain",
                "__pad2",
                ::core::mem::offset_of!(Plain, __pad2),
                2,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct plain",
                "__bits4",
                ::core::mem::offset_of!(Plain, __bits4),
                4,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct plain",
                "__pad14",
                ::core::mem::offset_of!(Plain, __pad14),
                14,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct plain",
                "__bits16",
                ::core::mem::offset_of!(Plain, __bits16),
                16,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct plain",
                "after",
                ::core::mem::offset_of!(Plain, after),
                25,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct plain",
                "__pad26",
                ::core::mem::offset_of!(Plain, __pad26),
                26,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Plain {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Plain")
                    .field("after", &{ self.after })
                    .field("a", &self.a())
                    .field("b", &self.b())
                    .field("c", &self.c())
                    .field("d", &self.d())
                    .field("e", &self.e())
                    .field("f", &self.f())
                    .field("g", &self.g())
                    .field("h", &self.h())
                    .field("i", &self.i())
                    .field("j", &self.j())
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Plain {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.after } == { other.after }) && (self.a() == other.a())
                    && (self.b() == other.b()) && (self.c() == other.c())
                    && (self.d() == other.d()) && (self.e() == other.e())
                    && (self.f() == other.f()) && (self.g() == other.g())
                    && (self.h() == other.h()) && (self.i() == other.i())
                    && (self.j() == other.j())
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Plain {}
        #[automatically_derived]
        impl ::core::hash::Hash for Plain {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.after }, state);
                ::core::hash::Hash::hash(&self.a(), state);
                ::core::hash::Hash::hash(&self.b(), state);
                ::core::hash::Hash::hash(&self.c(), state);
                ::core::hash::Hash::hash(&self.d(), state);
                ::core::hash::Hash::hash(&self.e(), state);
                ::core::hash::Hash::hash(&self.f(), state);
                ::core::hash::Hash::hash(&self.g(), state);
                ::core::hash::Hash::hash(&self.h(), state);
                ::core::hash::Hash::hash(&self.i(), state);
                ::core::hash::Hash::hash(&self.j(), state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Plain {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Plain {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Plain {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Plain {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Plain",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "a",
                            0,
                            1,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u8",
                                size: 1,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "b",
                            1,
                            3,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u8",
                                size: 1,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "c",
                            4,
                            11,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u16",
                                size: 2,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "d",
                            32,
                            24,
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
                            "e",
                            56,
                            5,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__s32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: true,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "f",
                            64,
                            41,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__s64",
                                size: 8,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: true,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "g",
                            128,
                            63,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u64",
                                size: 8,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "h",
                            191,
                            1,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "_Bool",
                                size: 1,
                                kind: ::mapgen_runtime::__private::layout::Kind::Bool,
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "i",
                            192,
                            4,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "enum colour",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "j",
                            196,
                            3,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "enum sign",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Enum,
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "after",
                            25,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        /**`struct packed`

```c
struct packed {
    __u8 a : 3; /* byte 0 bit 0, 3 bits */
    __u64 b : 62; /* byte 0 bit 3, 62 bits */
    __u16 c; /* byte 9, 2 bytes */
    __s8 d : 1; /* byte 11 bit 0, 1 bits */
    __u32 e : 31; /* byte 11 bit 1, 31 bits */
} /* 15 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct Packed {
            #[doc(hidden)]
            pub __bits0: [::core::primitive::u8; 9],
            ///`__u16 c;` at byte 9.
            pub c: ::core::primitive::u16,
            #[doc(hidden)]
            pub __bits11: [::core::primitive::u8; 4],
        }
        impl Packed {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`__u8 a : 3;`
            #[inline]
            #[must_use]
            pub const fn a(&self) -> ::core::primitive::u8 {
                let raw = ::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self) & 0x7;
                raw
            }
            ///Writes `__u8 a : 3;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_a(&mut self, value: ::core::primitive::u8) {
                let raw = value;
                let unit = ::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(self, (unit & 0xf8) | (raw & 0x7));
            }
            ///The same with `__u8 a : 3;` written.
            #[inline]
            #[must_use]
            pub const fn with_a(mut self, value: ::core::primitive::u8) -> Self {
                self.set_a(value);
                self
            }
            ///`__u64 b : 62;`
            #[inline]
            #[must_use]
            pub const fn b(&self) -> ::core::primitive::u64 {
                let raw = (::core::primitive::u64::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                ) >> 3)
                    | (((::mapgen_runtime::__private::load::<
                        8,
                        ::core::primitive::u8,
                        _,
                    >(self) & 0x1) as ::core::primitive::u64) << 61);
                raw
            }
            ///Writes `__u64 b : 62;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_b(&mut self, value: ::core::primitive::u64) {
                let raw = value;
                let unit = ::core::primitive::u64::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(self, ((unit & 0x7) | ((raw & 0x1fffffffffffffff) << 3)).to_le());
                let unit = ::mapgen_runtime::__private::load::<
                    8,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    8,
                    _,
                    _,
                >(self, (unit & 0xfe) | (((raw >> 61) as ::core::primitive::u8) & 0x1));
            }
            ///The same with `__u64 b : 62;` written.
            #[inline]
            #[must_use]
            pub const fn with_b(mut self, value: ::core::primitive::u64) -> Self {
                self.set_b(value);
                self
            }
            ///`__s8 d : 1;`
            #[inline]
            #[must_use]
            pub const fn d(&self) -> ::core::primitive::i8 {
                let raw = ::mapgen_runtime::__private::load::<
                    11,
                    ::core::primitive::u8,
                    _,
                >(self) & 0x1;
                ((raw << 7) as ::core::primitive::i8) >> 7
            }
            ///Writes `__s8 d : 1;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_d(&mut self, value: ::core::primitive::i8) {
                let raw = value as ::core::primitive::u8;
                let unit = ::mapgen_runtime::__private::load::<
                    11,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    11,
                    _,
                    _,
                >(self, (unit & 0xfe) | (raw & 0x1));
            }
            ///The same with `__s8 d : 1;` written.
            #[inline]
            #[must_use]
            pub const fn with_d(mut self, value: ::core::primitive::i8) -> Self {
                self.set_d(value);
                self
            }
            ///`__u32 e : 31;`
            #[inline]
            #[must_use]
            pub const fn e(&self) -> ::core::primitive::u32 {
                let raw = ::core::primitive::u32::from_le(
                    ::mapgen_runtime::__private::load::<11, _, _>(self),
                ) >> 1;
                raw
            }
            ///Writes `__u32 e : 31;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_e(&mut self, value: ::core::primitive::u32) {
                let raw = value;
                let unit = ::core::primitive::u32::from_le(
                    ::mapgen_runtime::__private::load::<11, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    11,
                    _,
                    _,
                >(self, ((unit & 0x1) | ((raw & 0x7fffffff) << 1)).to_le());
            }
            ///The same with `__u32 e : 31;` written.
            #[inline]
            #[must_use]
            pub const fn with_e(mut self, value: ::core::primitive::u32) -> Self {
                self.set_e(value);
                self
            }
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct packed",
                ::core::mem::size_of::<Packed>(),
                15,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packed",
                "__bits0",
                ::core::mem::offset_of!(Packed, __bits0),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packed",
                "c",
                ::core::mem::offset_of!(Packed, c),
                9,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packed",
                "__bits11",
                ::core::mem::offset_of!(Packed, __bits11),
                11,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Packed {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Packed")
                    .field("c", &{ self.c })
                    .field("a", &self.a())
                    .field("b", &self.b())
                    .field("d", &self.d())
                    .field("e", &self.e())
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Packed {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.c } == { other.c }) && (self.a() == other.a())
                    && (self.b() == other.b()) && (self.d() == other.d())
                    && (self.e() == other.e())
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Packed {}
        #[automatically_derived]
        impl ::core::hash::Hash for Packed {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.c }, state);
                ::core::hash::Hash::hash(&self.a(), state);
                ::core::hash::Hash::hash(&self.b(), state);
                ::core::hash::Hash::hash(&self.d(), state);
                ::core::hash::Hash::hash(&self.e(), state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Packed {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Packed {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Packed {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Packed {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Packed",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "a",
                            0,
                            3,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u8",
                                size: 1,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "b",
                            3,
                            62,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u64",
                                size: 8,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "c",
                            9,
                            <::core::primitive::u16 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "d",
                            88,
                            1,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__s8",
                                size: 1,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: true,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "e",
                            89,
                            31,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                    ],
                ),
            };
        }
        /**`struct wide`

```c
struct wide {
    __u8 a : 5; /* byte 0 bit 0, 5 bits */
    unsigned __int128 b : 128; /* byte 0 bit 5, 128 bits */
    __int128 c : 100; /* byte 16 bit 5, 100 bits */
} /* 30 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct Wide {
            #[doc(hidden)]
            pub __bits0: [::core::primitive::u8; 30],
        }
        impl Wide {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`__u8 a : 5;`
            #[inline]
            #[must_use]
            pub const fn a(&self) -> ::core::primitive::u8 {
                let raw = ::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self) & 0x1f;
                raw
            }
            ///Writes `__u8 a : 5;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_a(&mut self, value: ::core::primitive::u8) {
                let raw = value;
                let unit = ::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(self, (unit & 0xe0) | (raw & 0x1f));
            }
            ///The same with `__u8 a : 5;` written.
            #[inline]
            #[must_use]
            pub const fn with_a(mut self, value: ::core::primitive::u8) -> Self {
                self.set_a(value);
                self
            }
            ///`unsigned __int128 b : 128;`
            #[inline]
            #[must_use]
            pub const fn b(&self) -> ::core::primitive::u128 {
                let raw = (::core::primitive::u128::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                ) >> 5)
                    | (((::mapgen_runtime::__private::load::<
                        16,
                        ::core::primitive::u8,
                        _,
                    >(self) & 0x1f) as ::core::primitive::u128) << 123);
                raw
            }
            ///Writes `unsigned __int128 b : 128;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_b(&mut self, value: ::core::primitive::u128) {
                let raw = value;
                let unit = ::core::primitive::u128::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(
                    self,
                    ((unit & 0x1f) | ((raw & 0x7ffffffffffffffffffffffffffffff) << 5))
                        .to_le(),
                );
                let unit = ::mapgen_runtime::__private::load::<
                    16,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    16,
                    _,
                    _,
                >(
                    self,
                    (unit & 0xe0) | (((raw >> 123) as ::core::primitive::u8) & 0x1f),
                );
            }
            ///The same with `unsigned __int128 b : 128;` written.
            #[inline]
            #[must_use]
            pub const fn with_b(mut self, value: ::core::primitive::u128) -> Self {
                self.set_b(value);
                self
            }
            ///`__int128 c : 100;`
            #[inline]
            #[must_use]
            pub const fn c(&self) -> ::core::primitive::i128 {
                let raw = (::core::primitive::u128::from_le(
                    ::mapgen_runtime::__private::load::<14, _, _>(self),
                ) >> 21) & 0xfffffffffffffffffffffffff;
                ((raw << 28) as ::core::primitive::i128) >> 28
            }
            ///Writes `__int128 c : 100;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_c(&mut self, value: ::core::primitive::i128) {
                let raw = value as ::core::primitive::u128;
                let unit = ::core::primitive::u128::from_le(
                    ::mapgen_runtime::__private::load::<14, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    14,
                    _,
                    _,
                >(
                    self,
                    ((unit & 0xfe0000000000000000000000001fffff)
                        | ((raw & 0xfffffffffffffffffffffffff) << 21))
                        .to_le(),
                );
            }
            ///The same with `__int128 c : 100;` written.
            #[inline]
            #[must_use]
            pub const fn with_c(mut self, value: ::core::primitive::i128) -> Self {
                self.set_c(value);
                self
            }
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct wide",
                ::core::mem::size_of::<Wide>(),
                30,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct wide",
                "__bits0",
                ::core::mem::offset_of!(Wide, __bits0),
                0,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Wide {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Wide")
                    .field("a", &self.a())
                    .field("b", &self.b())
                    .field("c", &self.c())
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Wide {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                (self.a() == other.a()) && (self.b() == other.b())
                    && (self.c() == other.c())
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Wide {}
        #[automatically_derived]
        impl ::core::hash::Hash for Wide {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&self.a(), state);
                ::core::hash::Hash::hash(&self.b(), state);
                ::core::hash::Hash::hash(&self.c(), state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Wide {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Wide {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Wide {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Wide {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Wide",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "a",
                            0,
                            5,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__u8",
                                size: 1,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "b",
                            5,
                            128,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "unsigned __int128",
                                size: 16,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: false,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "c",
                            133,
                            100,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__int128",
                                size: 16,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: true,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                    ],
                ),
            };
        }
        /**`union word`

```c
union word {
    struct {
        __u32 low : 12; /* byte 0 bit 0, 12 bits */
        __u32 high : 20; /* byte 1 bit 4, 20 bits */
    };
    __u32 whole; /* byte 0, 4 bytes */
    __s32 sign : 7; /* byte 0 bit 0, 7 bits */
} /* 4 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C)]
        pub struct Word {
            #[doc(hidden)]
            pub __storage: [::core::primitive::u32; 1],
        }
        impl Word {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`__u32 low : 12;`
            #[inline]
            #[must_use]
            pub const fn low(&self) -> ::core::primitive::u32 {
                let raw = (::core::primitive::u16::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                ) & 0xfff) as ::core::primitive::u32;
                raw
            }
            ///Writes `__u32 low : 12;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_low(&mut self, value: ::core::primitive::u32) {
                let raw = value;
                let unit = ::core::primitive::u16::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(
                    self,
                    ((unit & 0xf000) | ((raw as ::core::primitive::u16) & 0xfff)).to_le(),
                );
            }
            ///All zero but `__u32 low : 12;`.
            #[inline]
            #[must_use]
            pub const fn from_low(value: ::core::primitive::u32) -> Self {
                let mut new = Self::ZERO;
                new.set_low(value);
                new
            }
            ///`__u32 high : 20;`
            #[inline]
            #[must_use]
            pub const fn high(&self) -> ::core::primitive::u32 {
                let raw = ::core::primitive::u32::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                ) >> 12;
                raw
            }
            ///Writes `__u32 high : 20;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_high(&mut self, value: ::core::primitive::u32) {
                let raw = value;
                let unit = ::core::primitive::u32::from_le(
                    ::mapgen_runtime::__private::load::<0, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(self, ((unit & 0xfff) | ((raw & 0xfffff) << 12)).to_le());
            }
            ///All zero but `__u32 high : 20;`.
            #[inline]
            #[must_use]
            pub const fn from_high(value: ::core::primitive::u32) -> Self {
                let mut new = Self::ZERO;
                new.set_high(value);
                new
            }
            ///`__u32 whole;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn whole(&self) -> ::core::primitive::u32 {
                ::mapgen_runtime::__private::load::<0, _, _>(self)
            }
            ///Writes `__u32 whole;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_whole(&mut self, value: ::core::primitive::u32) {
                ::mapgen_runtime::__private::store::<0, _, _>(self, value);
            }
            ///All zero but `__u32 whole;`.
            #[inline]
            #[must_use]
            pub const fn from_whole(value: ::core::primitive::u32) -> Self {
                let mut new = Self::ZERO;
                new.set_whole(value);
                new
            }
            ///`__u32 whole;` in place, a member of a union.
            #[inline]
            pub fn whole_mut(&mut self) -> &mut ::core::primitive::u32 {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(self)[0..4],
                )
            }
            ///`__s32 sign : 7;`
            #[inline]
            #[must_use]
            pub const fn sign(&self) -> ::core::primitive::i32 {
                let raw = (::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self) & 0x7f) as ::core::primitive::u32;
                ((raw << 25) as ::core::primitive::i32) >> 25
            }
            ///Writes `__s32 sign : 7;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_sign(&mut self, value: ::core::primitive::i32) {
                let raw = value as ::core::primitive::u32;
                let unit = ::mapgen_runtime::__private::load::<
                    0,
                    ::core::primitive::u8,
                    _,
                >(self);
                ::mapgen_runtime::__private::store::<
                    0,
                    _,
                    _,
                >(self, (unit & 0x80) | ((raw as ::core::primitive::u8) & 0x7f));
            }
            ///All zero but `__s32 sign : 7;`.
            #[inline]
            #[must_use]
            pub const fn from_sign(value: ::core::primitive::i32) -> Self {
                let mut new = Self::ZERO;
                new.set_sign(value);
                new
            }
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "union word",
            ::core::mem::size_of::<Word>(),
            4,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Word {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Word")
                    .field(
                        "bytes",
                        &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    )
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Word {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ::core::cmp::PartialEq::eq(
                    &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    &::mapgen_runtime::__private::bytemuck::bytes_of(other),
                )
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Word {}
        #[automatically_derived]
        impl ::core::hash::Hash for Word {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(
                    &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    state,
                );
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Word {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Word {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Word {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Word {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Word",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Union(
                    &[
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "low",
                            0,
                            12,
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
                            "high",
                            12,
                            20,
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
                            "whole",
                            0,
                            <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::bits(
                            "sign",
                            0,
                            7,
                            ::mapgen_runtime::__private::layout::Layout {
                                name: "__s32",
                                size: 4,
                                kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                    signed: true,
                                    order: ::mapgen_runtime::__private::layout::Order::Any,
                                },
                            },
                        ),
                    ],
                ),
            };
        }
        ///The variables of section `.rodata`, 84 bytes.
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(4))]
        pub struct RodataSection {
            ///`struct plain plain_value;` at byte 0.
            pub plain_value: Plain,
            ///`struct packed packed_value;` at byte 32.
            pub packed_value: Packed,
            ///`struct wide wide_value;` at byte 47.
            pub wide_value: Wide,
            #[doc(hidden)]
            pub __pad77: ::mapgen_runtime::Pad<3>,
            ///`union word word_value;` at byte 80.
            pub word_value: Word,
        }
        impl RodataSection {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "section .rodata",
                ::core::mem::size_of::<RodataSection>(),
                84,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .rodata",
                "plain_value",
                ::core::mem::offset_of!(RodataSection, plain_value),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .rodata",
                "packed_value",
                ::core::mem::offset_of!(RodataSection, packed_value),
                32,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .rodata",
                "wide_value",
                ::core::mem::offset_of!(RodataSection, wide_value),
                47,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .rodata",
                "__pad77",
                ::core::mem::offset_of!(RodataSection, __pad77),
                77,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .rodata",
                "word_value",
                ::core::mem::offset_of!(RodataSection, word_value),
                80,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for RodataSection {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("RodataSection")
                    .field("plain_value", &{ self.plain_value })
                    .field("packed_value", &{ self.packed_value })
                    .field("wide_value", &{ self.wide_value })
                    .field("word_value", &{ self.word_value })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for RodataSection {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.plain_value } == { other.plain_value })
                    && ({ self.packed_value } == { other.packed_value })
                    && ({ self.wide_value } == { other.wide_value })
                    && ({ self.word_value } == { other.word_value })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for RodataSection {}
        #[automatically_derived]
        impl ::core::hash::Hash for RodataSection {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.plain_value }, state);
                ::core::hash::Hash::hash(&{ self.packed_value }, state);
                ::core::hash::Hash::hash(&{ self.wide_value }, state);
                ::core::hash::Hash::hash(&{ self.word_value }, state);
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
                            "plain_value",
                            0,
                            <Plain as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "packed_value",
                            32,
                            <Packed as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "wide_value",
                            47,
                            <Wide as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "word_value",
                            80,
                            <Word as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
    }
    ///All maps of object `bits_el`, by C name.
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
            kernel.check_names("bits_el", &[])?;
            ::core::result::Result::Ok(Self {})
        }
        /// Every map that is there, whatever its type, in the order of the object.
        pub fn all(&self) -> impl ::core::iter::Iterator<Item = &::mapgen_runtime::Map> {
            let maps = [::core::option::Option::None::<&::mapgen_runtime::Map>];
            ::core::iter::Iterator::flatten(::core::iter::IntoIterator::into_iter(maps))
        }
    }
    ::mapgen_runtime::__private::object! {
        object : "bits_el", bytes : none, maps : {}, sections : { rodata :
        types::RodataSection = ".rodata" { plain_value : types::Plain = 0, packed_value :
        types::Packed = 32, wide_value : types::Wide = 47, word_value : types::Word = 80,
        } readonly
        btf(b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0<\x03\0\0<\x03\0\0>\x01\0\0\x01\0\0\0\x04\0\0\x0FT\0\0\0\x02\0\0\0\0\0\0\0 \0\0\0\x03\0\0\0 \0\0\0\x0F\0\0\0\x04\0\0\0/\0\0\0\x1E\0\0\0\x05\0\0\0P\0\0\0\x04\0\0\0\t\0\0\0\0\0\0\x0E\x06\0\0\0\x01\0\0\0\x15\0\0\0\0\0\0\x0E\x07\0\0\0\x01\0\0\0\"\0\0\0\0\0\0\x0E\x08\0\0\0\x01\0\0\0-\0\0\0\0\0\0\x0E\t\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\n\n\0\0\0\0\0\0\0\0\0\0\n\x0B\0\0\0\0\0\0\0\0\0\0\n\x0C\0\0\0\0\0\0\0\0\0\0\n\r\0\0\08\0\0\0\x0B\0\0\x84 \0\0\0>\0\0\0\x0E\0\0\0\0\0\0\x01@\0\0\0\x0E\0\0\0\x01\0\0\x03B\0\0\0\x0F\0\0\0\x04\0\0\x0BD\0\0\0\x10\0\0\0 \0\0\x18F\0\0\0\x11\0\0\08\0\0\x05H\0\0\0\x12\0\0\0@\0\0)J\0\0\0\x13\0\0\0\x80\0\0?L\0\0\0\x14\0\0\0\xBF\0\0\x01N\0\0\0\x15\0\0\0\xC0\0\0\x04P\0\0\0\x16\0\0\0\xC4\0\0\x03R\0\0\0\x0E\0\0\0\xC8\0\0\0X\0\0\0\x05\0\0\x84\x0F\0\0\0>\0\0\0\x0E\0\0\0\0\0\0\x03@\0\0\0\x13\0\0\0\x03\0\0>B\0\0\0\x0F\0\0\0H\0\0\0D\0\0\0\x17\0\0\0X\0\0\x01F\0\0\0\x10\0\0\0Y\0\0\x1F_\0\0\0\x03\0\0\x84\x1E\0\0\0>\0\0\0\x0E\0\0\0\0\0\0\x05@\0\0\0\x18\0\0\0\x05\0\0\x80B\0\0\0\x19\0\0\0\x85\0\0dd\0\0\0\x03\0\0\x85\x04\0\0\0\0\0\0\0\x1A\0\0\0\0\0\0\0i\0\0\0\x10\0\0\0\0\0\0\0o\0\0\0\x11\0\0\0\0\0\0\x07t\0\0\0\0\0\0\x08\x1B\0\0\0y\0\0\0\0\0\0\x08\x1C\0\0\0\x7F\0\0\0\0\0\0\x08\x1D\0\0\0\x85\0\0\0\0\0\0\x08\x1E\0\0\0\x8B\0\0\0\0\0\0\x08\x1F\0\0\0\x91\0\0\0\0\0\0\x08 \0\0\0\x97\0\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\x04\x9D\0\0\0\x03\0\0\x06\x04\0\0\0\xA4\0\0\0\0\0\0\0\xA8\0\0\0\x05\0\0\0\xAE\0\0\0\x06\0\0\0o\0\0\0\x02\0\0\x86\x04\0\0\0\xB3\0\0\0\xFE\xFF\xFF\xFF\xB9\0\0\0\x01\0\0\0\xBE\0\0\0\0\0\0\x08!\0\0\0\xC3\0\0\0\0\0\0\x01\x10\0\0\0\x80\0\0\0\xD5\0\0\0\0\0\0\x01\x10\0\0\0\x80\0\0\x01\0\0\0\0\x02\0\0\x84\x04\0\0\0\xDE\0\0\0\x10\0\0\0\0\0\0\x0C\xE2\0\0\0\x10\0\0\0\x0C\0\0\x14\xE7\0\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\0\xF5\0\0\0\0\0\0\x01\x02\0\0\0\x10\0\0\0\x04\x01\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\x11\x01\0\0\0\0\0\x01\x04\0\0\0 \0\0\x01\x15\x01\0\0\0\0\0\x01\x08\0\0\0@\0\0\x01\x1F\x01\0\0\0\0\0\x01\x08\0\0\0@\0\0\x002\x01\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\x01\0.rodata\0plain_value\0packed_value\0wide_value\0word_value\0plain\0a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0after\0packed\0wide\0word\0whole\0sign\0__u8\0__u16\0__u32\0__s32\0__s64\0__u64\0_Bool\0colour\0RED\0GREEN\0BLUE\0MINUS\0PLUS\0__s8\0unsigned __int128\0__int128\0low\0high\0unsigned char\0unsigned short\0unsigned int\0int\0long long\0unsigned long long\0signed char\0",
        1), }, programs : {},
    }
}
