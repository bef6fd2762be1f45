// The expansion of `golden::unions` in `mapgen-macros/expand/src/tests/golden.rs`.
pub mod unions {
    const _: &[::core::primitive::u8] = ::core::include_bytes!("unions.schema");
    ///The C types of object `unions`.
    pub mod types {
        /**`struct (anonymous)`

```c
struct {
    __u64 high; /* byte 0, 8 bytes */
    __u64 low; /* byte 8, 8 bytes */
} /* 16 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct AddressHalves {
            ///`__u64 high;` at byte 0.
            pub high: ::core::primitive::u64,
            ///`__u64 low;` at byte 8.
            pub low: ::core::primitive::u64,
        }
        impl AddressHalves {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct (anonymous)",
                ::core::mem::size_of::<AddressHalves>(),
                16,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct (anonymous)",
                "high",
                ::core::mem::offset_of!(AddressHalves, high),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct (anonymous)",
                "low",
                ::core::mem::offset_of!(AddressHalves, low),
                8,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for AddressHalves {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("AddressHalves")
                    .field("high", &{ self.high })
                    .field("low", &{ self.low })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for AddressHalves {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.high } == { other.high }) && ({ self.low } == { other.low })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for AddressHalves {}
        #[automatically_derived]
        impl ::core::hash::Hash for AddressHalves {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.high }, state);
                ::core::hash::Hash::hash(&{ self.low }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for AddressHalves {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for AddressHalves {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for AddressHalves {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for AddressHalves {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "AddressHalves",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "high",
                            0,
                            <::core::primitive::u64 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "low",
                            8,
                            <::core::primitive::u64 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Total for AddressHalves {
            fn accumulate(&mut self, other: &Self) {
                let mut member = self.high;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.high });
                self.high = member;
                let mut member = self.low;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.low });
                self.low = member;
            }
        }
        /**`union address`

```c
union address {
    __be32 v4; /* byte 0, 4 bytes */
    __u8 v6[16]; /* byte 0, 16 bytes */
    struct (anonymous) halves; /* byte 0, 16 bytes */
} /* 16 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C)]
        pub struct Address {
            #[doc(hidden)]
            pub __storage: [::core::primitive::u64; 2],
        }
        impl Address {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`__be32 v4;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn v4(&self) -> ::mapgen_runtime::Be<::core::primitive::u32> {
                ::mapgen_runtime::__private::load::<0, _, _>(self)
            }
            ///Writes `__be32 v4;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_v4(
                &mut self,
                value: ::mapgen_runtime::Be<::core::primitive::u32>,
            ) {
                ::mapgen_runtime::__private::store::<0, _, _>(self, value);
            }
            ///All zero but `__be32 v4;`.
            #[inline]
            #[must_use]
            pub const fn from_v4(
                value: ::mapgen_runtime::Be<::core::primitive::u32>,
            ) -> Self {
                let mut new = Self::ZERO;
                new.set_v4(value);
                new
            }
            ///`__be32 v4;` in place, a member of a union.
            #[inline]
            pub fn v4_mut(
                &mut self,
            ) -> &mut ::mapgen_runtime::Be<::core::primitive::u32> {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(self)[0..4],
                )
            }
            ///`__u8 v6[16];`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn v6(&self) -> [::core::primitive::u8; 16] {
                ::mapgen_runtime::__private::load::<0, _, _>(self)
            }
            ///Writes `__u8 v6[16];`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_v6(&mut self, value: [::core::primitive::u8; 16]) {
                ::mapgen_runtime::__private::store::<0, _, _>(self, value);
            }
            ///All zero but `__u8 v6[16];`.
            #[inline]
            #[must_use]
            pub const fn from_v6(value: [::core::primitive::u8; 16]) -> Self {
                let mut new = Self::ZERO;
                new.set_v6(value);
                new
            }
            ///`__u8 v6[16];` in place, a member of a union.
            #[inline]
            pub fn v6_mut(&mut self) -> &mut [::core::primitive::u8; 16] {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(self)[0..16],
                )
            }
            ///`struct (anonymous) halves;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn halves(&self) -> AddressHalves {
                ::mapgen_runtime::__private::load::<0, _, _>(self)
            }
            ///Writes `struct (anonymous) halves;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_halves(&mut self, value: AddressHalves) {
                ::mapgen_runtime::__private::store::<0, _, _>(self, value);
            }
            ///All zero but `struct (anonymous) halves;`.
            #[inline]
            #[must_use]
            pub const fn from_halves(value: AddressHalves) -> Self {
                let mut new = Self::ZERO;
                new.set_halves(value);
                new
            }
            ///`struct (anonymous) halves;` in place, a member of a union.
            #[inline]
            pub fn halves_mut(&mut self) -> &mut AddressHalves {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(self)[0..16],
                )
            }
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "union address",
            ::core::mem::size_of::<Address>(),
            16,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Address {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Address")
                    .field(
                        "bytes",
                        &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    )
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Address {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ::core::cmp::PartialEq::eq(
                    &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    &::mapgen_runtime::__private::bytemuck::bytes_of(other),
                )
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Address {}
        #[automatically_derived]
        impl ::core::hash::Hash for Address {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(
                    &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    state,
                );
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Address {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Address {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Address {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Address {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Address",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Union(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "v4",
                            0,
                            <::mapgen_runtime::Be<
                                ::core::primitive::u32,
                            > as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "v6",
                            0,
                            <[::core::primitive::u8; 16] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "halves",
                            0,
                            <AddressHalves as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        /**`union (anonymous)`

```c
union {
    float real; /* byte 0, 4 bytes */
    double reals[1]; /* byte 0, 8 bytes */
} /* 8 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C)]
        pub struct PacketNumber {
            #[doc(hidden)]
            pub __storage: [::core::primitive::u64; 1],
        }
        impl PacketNumber {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`float real;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn real(&self) -> ::core::primitive::f32 {
                ::mapgen_runtime::__private::load::<0, _, _>(self)
            }
            ///Writes `float real;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_real(&mut self, value: ::core::primitive::f32) {
                ::mapgen_runtime::__private::store::<0, _, _>(self, value);
            }
            ///All zero but `float real;`.
            #[inline]
            #[must_use]
            pub const fn from_real(value: ::core::primitive::f32) -> Self {
                let mut new = Self::ZERO;
                new.set_real(value);
                new
            }
            ///`float real;` in place, a member of a union.
            #[inline]
            pub fn real_mut(&mut self) -> &mut ::core::primitive::f32 {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(self)[0..4],
                )
            }
            ///`double reals[1];`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn reals(&self) -> [::core::primitive::f64; 1] {
                ::mapgen_runtime::__private::load::<0, _, _>(self)
            }
            ///Writes `double reals[1];`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_reals(&mut self, value: [::core::primitive::f64; 1]) {
                ::mapgen_runtime::__private::store::<0, _, _>(self, value);
            }
            ///All zero but `double reals[1];`.
            #[inline]
            #[must_use]
            pub const fn from_reals(value: [::core::primitive::f64; 1]) -> Self {
                let mut new = Self::ZERO;
                new.set_reals(value);
                new
            }
            ///`double reals[1];` in place, a member of a union.
            #[inline]
            pub fn reals_mut(&mut self) -> &mut [::core::primitive::f64; 1] {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(self)[0..8],
                )
            }
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "union (anonymous)",
            ::core::mem::size_of::<PacketNumber>(),
            8,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for PacketNumber {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("PacketNumber")
                    .field(
                        "bytes",
                        &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    )
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for PacketNumber {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ::core::cmp::PartialEq::eq(
                    &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    &::mapgen_runtime::__private::bytemuck::bytes_of(other),
                )
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for PacketNumber {}
        #[automatically_derived]
        impl ::core::hash::Hash for PacketNumber {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(
                    &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    state,
                );
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for PacketNumber {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for PacketNumber {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for PacketNumber {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for PacketNumber {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "PacketNumber",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Union(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "real",
                            0,
                            <::core::primitive::f32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "reals",
                            0,
                            <[::core::primitive::f64; 1] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        /**`struct (anonymous)`

```c
struct {
    __u8 x; /* byte 0, 1 bytes */
} /* 1 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct PacketNamed {
            ///`__u8 x;` at byte 0.
            pub x: ::core::primitive::u8,
        }
        impl PacketNamed {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct (anonymous)",
                ::core::mem::size_of::<PacketNamed>(),
                1,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct (anonymous)",
                "x",
                ::core::mem::offset_of!(PacketNamed, x),
                0,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for PacketNamed {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("PacketNamed").field("x", &{ self.x }).finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for PacketNamed {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ::core::cmp::PartialEq::eq(&{ self.x }, &{ other.x })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for PacketNamed {}
        #[automatically_derived]
        impl ::core::hash::Hash for PacketNamed {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.x }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for PacketNamed {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for PacketNamed {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for PacketNamed {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for PacketNamed {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "PacketNamed",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "x",
                            0,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Total for PacketNamed {
            fn accumulate(&mut self, other: &Self) {
                let mut member = self.x;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.x });
                self.x = member;
            }
        }
        /**`struct packet`

```c
struct packet {
    __u8 version; /* byte 0, 1 bytes */
    union address from; /* byte 8, 16 bytes */
    union {
        __u64 whole; /* byte 24, 8 bytes */
        struct {
            __u32 low; /* byte 24, 4 bytes */
            __u16 middle : 9; /* byte 28 bit 0, 9 bits */
        };
        union (anonymous) number; /* byte 24, 8 bytes */
    };
    struct {
        __u8 first; /* byte 32, 1 bytes */
        __u16 second; /* byte 34, 2 bytes */
    };
    struct (anonymous) named[2]; /* byte 36, 2 bytes */
} /* 40 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct Packet {
            ///`__u8 version;` at byte 0.
            pub version: ::core::primitive::u8,
            #[doc(hidden)]
            pub __pad1: ::mapgen_runtime::Pad<7>,
            ///`union address from;` at byte 8.
            pub from: Address,
            #[doc(hidden)]
            pub __union24: [::core::primitive::u64; 1],
            ///`__u8 first;` at byte 32.
            pub first: ::core::primitive::u8,
            #[doc(hidden)]
            pub __pad33: ::mapgen_runtime::Pad<1>,
            ///`__u16 second;` at byte 34.
            pub second: ::core::primitive::u16,
            ///`struct (anonymous) named[2];` at byte 36.
            pub named: [PacketNamed; 2],
            #[doc(hidden)]
            pub __pad38: ::mapgen_runtime::Pad<2>,
        }
        impl Packet {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`__u64 whole;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn whole(&self) -> ::core::primitive::u64 {
                ::mapgen_runtime::__private::load::<24, _, _>(self)
            }
            ///Writes `__u64 whole;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_whole(&mut self, value: ::core::primitive::u64) {
                ::mapgen_runtime::__private::store::<24, _, _>(self, value);
            }
            ///The same with `__u64 whole;` written.
            #[inline]
            #[must_use]
            pub const fn with_whole(mut self, value: ::core::primitive::u64) -> Self {
                self.set_whole(value);
                self
            }
            ///`__u64 whole;` in place, a member of a union.
            #[inline]
            pub fn whole_mut(&mut self) -> &mut ::core::primitive::u64 {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(
                        self,
                    )[24..32],
                )
            }
            ///`__u32 low;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn low(&self) -> ::core::primitive::u32 {
                ::mapgen_runtime::__private::load::<24, _, _>(self)
            }
            ///Writes `__u32 low;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_low(&mut self, value: ::core::primitive::u32) {
                ::mapgen_runtime::__private::store::<24, _, _>(self, value);
            }
            ///The same with `__u32 low;` written.
            #[inline]
            #[must_use]
            pub const fn with_low(mut self, value: ::core::primitive::u32) -> Self {
                self.set_low(value);
                self
            }
            ///`__u32 low;` in place, a member of a union.
            #[inline]
            pub fn low_mut(&mut self) -> &mut ::core::primitive::u32 {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(
                        self,
                    )[24..28],
                )
            }
            ///`__u16 middle : 9;`
            #[inline]
            #[must_use]
            pub const fn middle(&self) -> ::core::primitive::u16 {
                let raw = ::core::primitive::u16::from_le(
                    ::mapgen_runtime::__private::load::<28, _, _>(self),
                ) & 0x1ff;
                raw
            }
            ///Writes `__u16 middle : 9;`. Bits of the value beyond the width are dropped.
            #[inline]
            pub const fn set_middle(&mut self, value: ::core::primitive::u16) {
                let raw = value;
                let unit = ::core::primitive::u16::from_le(
                    ::mapgen_runtime::__private::load::<28, _, _>(self),
                );
                ::mapgen_runtime::__private::store::<
                    28,
                    _,
                    _,
                >(self, ((unit & 0xfe00) | (raw & 0x1ff)).to_le());
            }
            ///The same with `__u16 middle : 9;` written.
            #[inline]
            #[must_use]
            pub const fn with_middle(mut self, value: ::core::primitive::u16) -> Self {
                self.set_middle(value);
                self
            }
            ///`union (anonymous) number;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn number(&self) -> PacketNumber {
                ::mapgen_runtime::__private::load::<24, _, _>(self)
            }
            ///Writes `union (anonymous) number;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_number(&mut self, value: PacketNumber) {
                ::mapgen_runtime::__private::store::<24, _, _>(self, value);
            }
            ///The same with `union (anonymous) number;` written.
            #[inline]
            #[must_use]
            pub const fn with_number(mut self, value: PacketNumber) -> Self {
                self.set_number(value);
                self
            }
            ///`union (anonymous) number;` in place, a member of a union.
            #[inline]
            pub fn number_mut(&mut self) -> &mut PacketNumber {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(
                        self,
                    )[24..32],
                )
            }
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct packet",
                ::core::mem::size_of::<Packet>(),
                40,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "version",
                ::core::mem::offset_of!(Packet, version),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "__pad1",
                ::core::mem::offset_of!(Packet, __pad1),
                1,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "from",
                ::core::mem::offset_of!(Packet, from),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "__union24",
                ::core::mem::offset_of!(Packet, __union24),
                24,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "first",
                ::core::mem::offset_of!(Packet, first),
                32,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "__pad33",
                ::core::mem::offset_of!(Packet, __pad33),
                33,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "second",
                ::core::mem::offset_of!(Packet, second),
                34,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "named",
                ::core::mem::offset_of!(Packet, named),
                36,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct packet",
                "__pad38",
                ::core::mem::offset_of!(Packet, __pad38),
                38,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Packet {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Packet")
                    .field("version", &{ self.version })
                    .field("from", &{ self.from })
                    .field("(union)", &{ self.__union24 })
                    .field("first", &{ self.first })
                    .field("second", &{ self.second })
                    .field("named", &{ self.named })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Packet {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.version } == { other.version })
                    && ({ self.from } == { other.from })
                    && ({ self.__union24 } == { other.__union24 })
                    && ({ self.first } == { other.first })
                    && ({ self.second } == { other.second })
                    && ({ self.named } == { other.named })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Packet {}
        #[automatically_derived]
        impl ::core::hash::Hash for Packet {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.version }, state);
                ::core::hash::Hash::hash(&{ self.from }, state);
                ::core::hash::Hash::hash(&{ self.__union24 }, state);
                ::core::hash::Hash::hash(&{ self.first }, state);
                ::core::hash::Hash::hash(&{ self.second }, state);
                ::core::hash::Hash::hash(&{ self.named }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Packet {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Packet {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Packet {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Packet {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Packet",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "version",
                            0,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "from",
                            8,
                            <Address as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                                "whole",
                                24,
                                <::core::primitive::u64 as ::mapgen_runtime::CLayout>::LAYOUT,
                            )
                            .overlapping(),
                        ::mapgen_runtime::__private::layout::Member::new(
                                "low",
                                24,
                                <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                            )
                            .overlapping(),
                        ::mapgen_runtime::__private::layout::Member::bits(
                                "middle",
                                224,
                                9,
                                ::mapgen_runtime::__private::layout::Layout {
                                    name: "__u16",
                                    size: 2,
                                    kind: ::mapgen_runtime::__private::layout::Kind::Int {
                                        signed: false,
                                        order: ::mapgen_runtime::__private::layout::Order::Any,
                                    },
                                },
                            )
                            .overlapping(),
                        ::mapgen_runtime::__private::layout::Member::new(
                                "number",
                                24,
                                <PacketNumber as ::mapgen_runtime::CLayout>::LAYOUT,
                            )
                            .overlapping(),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "first",
                            32,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "second",
                            34,
                            <::core::primitive::u16 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "named",
                            36,
                            <[PacketNamed; 2] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        /**`union odd`

```c
union odd {
    __u8 small; /* byte 0, 1 bytes */
    __u16 three[3]; /* byte 0, 6 bytes */
} /* 6 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C)]
        pub struct Odd {
            #[doc(hidden)]
            pub __storage: [::core::primitive::u16; 3],
        }
        impl Odd {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
            ///`__u8 small;`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn small(&self) -> ::core::primitive::u8 {
                ::mapgen_runtime::__private::load::<0, _, _>(self)
            }
            ///Writes `__u8 small;`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_small(&mut self, value: ::core::primitive::u8) {
                ::mapgen_runtime::__private::store::<0, _, _>(self, value);
            }
            ///All zero but `__u8 small;`.
            #[inline]
            #[must_use]
            pub const fn from_small(value: ::core::primitive::u8) -> Self {
                let mut new = Self::ZERO;
                new.set_small(value);
                new
            }
            ///`__u8 small;` in place, a member of a union.
            #[inline]
            pub fn small_mut(&mut self) -> &mut ::core::primitive::u8 {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(self)[0..1],
                )
            }
            ///`__u16 three[3];`, a member of a union.
            #[inline]
            #[must_use]
            pub const fn three(&self) -> [::core::primitive::u16; 3] {
                ::mapgen_runtime::__private::load::<0, _, _>(self)
            }
            ///Writes `__u16 three[3];`; bytes of the union beyond it stay as they are.
            #[inline]
            pub const fn set_three(&mut self, value: [::core::primitive::u16; 3]) {
                ::mapgen_runtime::__private::store::<0, _, _>(self, value);
            }
            ///All zero but `__u16 three[3];`.
            #[inline]
            #[must_use]
            pub const fn from_three(value: [::core::primitive::u16; 3]) -> Self {
                let mut new = Self::ZERO;
                new.set_three(value);
                new
            }
            ///`__u16 three[3];` in place, a member of a union.
            #[inline]
            pub fn three_mut(&mut self) -> &mut [::core::primitive::u16; 3] {
                ::mapgen_runtime::__private::bytemuck::from_bytes_mut(
                    &mut ::mapgen_runtime::__private::bytemuck::bytes_of_mut(self)[0..6],
                )
            }
        }
        const _: () = ::mapgen_runtime::__private::check::assert_size(
            "union odd",
            ::core::mem::size_of::<Odd>(),
            6,
        );
        #[automatically_derived]
        impl ::core::fmt::Debug for Odd {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Odd")
                    .field(
                        "bytes",
                        &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    )
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Odd {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ::core::cmp::PartialEq::eq(
                    &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    &::mapgen_runtime::__private::bytemuck::bytes_of(other),
                )
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Odd {}
        #[automatically_derived]
        impl ::core::hash::Hash for Odd {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(
                    &::mapgen_runtime::__private::bytemuck::bytes_of(self),
                    state,
                );
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Odd {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Odd {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Odd {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Odd {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Odd",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Union(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "small",
                            0,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "three",
                            0,
                            <[::core::primitive::u16; 3] as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        /**`struct squeezed`

```c
struct squeezed {
    __u8 a; /* byte 0, 1 bytes */
    union address b; /* byte 1, 16 bytes */
    struct {
        __u8 c; /* byte 17, 1 bytes */
        __u32 d; /* byte 18, 4 bytes */
    };
} /* 22 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct Squeezed {
            ///`__u8 a;` at byte 0.
            pub a: ::core::primitive::u8,
            ///`union address b;` at byte 1.
            pub b: Address,
            ///`__u8 c;` at byte 17.
            pub c: ::core::primitive::u8,
            ///`__u32 d;` at byte 18.
            pub d: ::core::primitive::u32,
        }
        impl Squeezed {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct squeezed",
                ::core::mem::size_of::<Squeezed>(),
                22,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct squeezed",
                "a",
                ::core::mem::offset_of!(Squeezed, a),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct squeezed",
                "b",
                ::core::mem::offset_of!(Squeezed, b),
                1,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct squeezed",
                "c",
                ::core::mem::offset_of!(Squeezed, c),
                17,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct squeezed",
                "d",
                ::core::mem::offset_of!(Squeezed, d),
                18,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for Squeezed {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Squeezed")
                    .field("a", &{ self.a })
                    .field("b", &{ self.b })
                    .field("c", &{ self.c })
                    .field("d", &{ self.d })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for Squeezed {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.a } == { other.a }) && ({ self.b } == { other.b })
                    && ({ self.c } == { other.c }) && ({ self.d } == { other.d })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for Squeezed {}
        #[automatically_derived]
        impl ::core::hash::Hash for Squeezed {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.a }, state);
                ::core::hash::Hash::hash(&{ self.b }, state);
                ::core::hash::Hash::hash(&{ self.c }, state);
                ::core::hash::Hash::hash(&{ self.d }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for Squeezed {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for Squeezed {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for Squeezed {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for Squeezed {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "Squeezed",
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
                            <Address as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "c",
                            17,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "d",
                            18,
                            <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        /**`struct half_squeezed`

```c
struct half_squeezed {
    __u64 a; /* byte 0, 8 bytes */
    struct {
        __u8 b; /* byte 8, 1 bytes */
        __u32 c; /* byte 9, 4 bytes */
    };
} /* 16 bytes */;
```*/
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(1))]
        pub struct HalfSqueezed {
            ///`__u64 a;` at byte 0.
            pub a: ::core::primitive::u64,
            ///`__u8 b;` at byte 8.
            pub b: ::core::primitive::u8,
            ///`__u32 c;` at byte 9.
            pub c: ::core::primitive::u32,
            #[doc(hidden)]
            pub __pad13: ::mapgen_runtime::Pad<3>,
        }
        impl HalfSqueezed {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "struct half_squeezed",
                ::core::mem::size_of::<HalfSqueezed>(),
                16,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct half_squeezed",
                "a",
                ::core::mem::offset_of!(HalfSqueezed, a),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct half_squeezed",
                "b",
                ::core::mem::offset_of!(HalfSqueezed, b),
                8,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct half_squeezed",
                "c",
                ::core::mem::offset_of!(HalfSqueezed, c),
                9,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "struct half_squeezed",
                "__pad13",
                ::core::mem::offset_of!(HalfSqueezed, __pad13),
                13,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for HalfSqueezed {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("HalfSqueezed")
                    .field("a", &{ self.a })
                    .field("b", &{ self.b })
                    .field("c", &{ self.c })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for HalfSqueezed {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.a } == { other.a }) && ({ self.b } == { other.b })
                    && ({ self.c } == { other.c })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for HalfSqueezed {}
        #[automatically_derived]
        impl ::core::hash::Hash for HalfSqueezed {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.a }, state);
                ::core::hash::Hash::hash(&{ self.b }, state);
                ::core::hash::Hash::hash(&{ self.c }, state);
            }
        }
        #[automatically_derived]
        impl ::core::default::Default for HalfSqueezed {
            fn default() -> Self {
                Self::ZERO
            }
        }
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Zeroable for HalfSqueezed {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::__private::bytemuck::Pod for HalfSqueezed {}
        #[automatically_derived]
        unsafe impl ::mapgen_runtime::CLayout for HalfSqueezed {
            const LAYOUT: ::mapgen_runtime::__private::layout::Layout = ::mapgen_runtime::__private::layout::Layout {
                name: "HalfSqueezed",
                size: ::core::mem::size_of::<Self>(),
                kind: ::mapgen_runtime::__private::layout::Kind::Struct(
                    &[
                        ::mapgen_runtime::__private::layout::Member::new(
                            "a",
                            0,
                            <::core::primitive::u64 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "b",
                            8,
                            <::core::primitive::u8 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "c",
                            9,
                            <::core::primitive::u32 as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
        #[automatically_derived]
        impl ::mapgen_runtime::Total for HalfSqueezed {
            fn accumulate(&mut self, other: &Self) {
                let mut member = self.a;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.a });
                self.a = member;
                let mut member = self.b;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.b });
                self.b = member;
                let mut member = self.c;
                ::mapgen_runtime::Total::accumulate(&mut member, &{ other.c });
                self.c = member;
            }
        }
        ///The variables of section `.bss`, 88 bytes.
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        #[repr(C, packed(8))]
        pub struct BssSection {
            ///`struct packet packet;` at byte 0.
            pub packet: Packet,
            ///`union odd odd;` at byte 40.
            pub odd: Odd,
            ///`struct squeezed squeezed;` at byte 46.
            pub squeezed: Squeezed,
            #[doc(hidden)]
            pub __pad68: ::mapgen_runtime::Pad<4>,
            ///`struct half_squeezed half_squeezed;` at byte 72.
            pub half_squeezed: HalfSqueezed,
        }
        impl BssSection {
            /// All bytes zero.
            pub const ZERO: Self = ::mapgen_runtime::__private::bytemuck::zeroed();
        }
        const _: () = {
            ::mapgen_runtime::__private::check::assert_size(
                "section .bss",
                ::core::mem::size_of::<BssSection>(),
                88,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "packet",
                ::core::mem::offset_of!(BssSection, packet),
                0,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "odd",
                ::core::mem::offset_of!(BssSection, odd),
                40,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "squeezed",
                ::core::mem::offset_of!(BssSection, squeezed),
                46,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "__pad68",
                ::core::mem::offset_of!(BssSection, __pad68),
                68,
            );
            ::mapgen_runtime::__private::check::assert_offset(
                "section .bss",
                "half_squeezed",
                ::core::mem::offset_of!(BssSection, half_squeezed),
                72,
            );
        };
        #[automatically_derived]
        impl ::core::fmt::Debug for BssSection {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("BssSection")
                    .field("packet", &{ self.packet })
                    .field("odd", &{ self.odd })
                    .field("squeezed", &{ self.squeezed })
                    .field("half_squeezed", &{ self.half_squeezed })
                    .finish()
            }
        }
        #[automatically_derived]
        impl ::core::cmp::PartialEq for BssSection {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                ({ self.packet } == { other.packet }) && ({ self.odd } == { other.odd })
                    && ({ self.squeezed } == { other.squeezed })
                    && ({ self.half_squeezed } == { other.half_squeezed })
            }
        }
        #[automatically_derived]
        impl ::core::cmp::Eq for BssSection {}
        #[automatically_derived]
        impl ::core::hash::Hash for BssSection {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&{ self.packet }, state);
                ::core::hash::Hash::hash(&{ self.odd }, state);
                ::core::hash::Hash::hash(&{ self.squeezed }, state);
                ::core::hash::Hash::hash(&{ self.half_squeezed }, state);
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
                            "packet",
                            0,
                            <Packet as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "odd",
                            40,
                            <Odd as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "squeezed",
                            46,
                            <Squeezed as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                        ::mapgen_runtime::__private::layout::Member::new(
                            "half_squeezed",
                            72,
                            <HalfSqueezed as ::mapgen_runtime::CLayout>::LAYOUT,
                        ),
                    ],
                ),
            };
        }
    }
    ///All maps of object `unions`, by C name.
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
            kernel.check_names("unions", &[])?;
            ::core::result::Result::Ok(Self {})
        }
        /// Every map that is there, whatever its type, in the order of the object.
        pub fn all(&self) -> impl ::core::iter::Iterator<Item = &::mapgen_runtime::Map> {
            let maps = [::core::option::Option::None::<&::mapgen_runtime::Map>];
            ::core::iter::Iterator::flatten(::core::iter::IntoIterator::into_iter(maps))
        }
    }
    ::mapgen_runtime::__private::object! {
        object : "unions", bytes : none, maps : {}, sections : { bss : types::BssSection
        = ".bss" { packet : types::Packet = 0, odd : types::Odd = 40, squeezed :
        types::Squeezed = 46, half_squeezed : types::HalfSqueezed = 72, }
        btf(b"\x9F\xEB\x01\0\x18\0\0\0\0\0\0\0\x90\x03\0\0\x90\x03\0\0\x17\x01\0\0\x01\0\0\0\x04\0\0\x0FX\0\0\0\x02\0\0\0\0\0\0\0(\0\0\0\x03\0\0\0(\0\0\0\x06\0\0\0\x04\0\0\0.\0\0\0\x16\0\0\0\x05\0\0\0H\0\0\0\x10\0\0\0\x06\0\0\0\0\0\0\x0E\x06\0\0\0\x01\0\0\0\r\0\0\0\0\0\0\x0E\x07\0\0\0\x01\0\0\0\x11\0\0\0\0\0\0\x0E\x08\0\0\0\x01\0\0\0\x1A\0\0\0\0\0\0\x0E\t\0\0\0\x01\0\0\0\x06\0\0\0\x05\0\0\x04(\0\0\0(\0\0\0\n\0\0\0\0\0\0\x000\0\0\0\x0B\0\0\0@\0\0\0\0\0\0\0\x0C\0\0\0\xC0\0\0\0\0\0\0\0\r\0\0\0\0\x01\0\x005\0\0\0\x0E\0\0\0 \x01\0\0\r\0\0\0\x02\0\0\x05\x06\0\0\0;\0\0\0\n\0\0\0\0\0\0\0A\0\0\0\x0F\0\0\0\0\0\0\0\x11\0\0\0\x03\0\0\x04\x16\0\0\0G\0\0\0\n\0\0\0\0\0\0\0I\0\0\0\x0B\0\0\0\x08\0\0\0\0\0\0\0\x10\0\0\0\x88\0\0\0\x1A\0\0\0\x02\0\0\x04\x10\0\0\0G\0\0\0\x11\0\0\0\0\0\0\0\0\0\0\0\x12\0\0\0@\0\0\0K\0\0\0\0\0\0\x08\x13\0\0\0P\0\0\0\x03\0\0\x05\x10\0\0\0X\0\0\0\x14\0\0\0\0\0\0\0[\0\0\0\x15\0\0\0\0\0\0\0^\0\0\0\x16\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\x05\x08\0\0\0e\0\0\0\x11\0\0\0\0\0\0\0\0\0\0\0\x17\0\0\0\0\0\0\0k\0\0\0\x18\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\x04\x04\0\0\0r\0\0\0\n\0\0\0\0\0\0\0x\0\0\0\x19\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\x1A\0\0\0\x1B\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\x19\0\0\0\x1B\0\0\0\x03\0\0\0\0\0\0\0\x02\0\0\x04\x05\0\0\0\x7F\0\0\0\n\0\0\0\0\0\0\0\x81\0\0\0\x1C\0\0\0\x08\0\0\0\x83\0\0\0\0\0\0\x08\x1D\0\0\0\0\0\0\0\x02\0\0\x04\x05\0\0\0I\0\0\0\n\0\0\0\0\0\0\0\x7F\0\0\0\x1C\0\0\0\x08\0\0\0\x89\0\0\0\0\0\0\x01\x01\0\0\0\x08\0\0\0\x97\0\0\0\0\0\0\x08\x1C\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\n\0\0\0\x1B\0\0\0\x10\0\0\0\0\0\0\0\x02\0\0\x04\x10\0\0\0\x9E\0\0\0\x11\0\0\0\0\0\0\0\xA3\0\0\0\x11\0\0\0@\0\0\0\0\0\0\0\x02\0\0\x84\x08\0\0\0\xA3\0\0\0\x1C\0\0\0\0\0\0\0\xA7\0\0\0\x19\0\0\0 \0\0\t\0\0\0\0\x02\0\0\x05\x08\0\0\0\xAE\0\0\0\x1E\0\0\0\0\0\0\0\xB3\0\0\0\x1F\0\0\0\0\0\0\0\xB9\0\0\0\0\0\0\x08 \0\0\0\0\0\0\0\x01\0\0\x04\x01\0\0\0\xBF\0\0\0\n\0\0\0\0\0\0\0\xC1\0\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\xD5\0\0\0\0\0\0\x08!\0\0\0\xDB\0\0\0\0\0\0\x01\x08\0\0\0@\0\0\0\xEE\0\0\0\0\0\0\x10\x04\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\"\0\0\0\x1B\0\0\0\x01\0\0\0\xF4\0\0\0\0\0\0\x01\x02\0\0\0\x10\0\0\0\x03\x01\0\0\0\0\0\x01\x04\0\0\0 \0\0\0\x10\x01\0\0\0\0\0\x10\x08\0\0\0\0.bss\0packet\0odd\0squeezed\0half_squeezed\0version\0from\0named\0small\0three\0a\0b\0__u8\0address\0v4\0v6\0halves\0whole\0number\0first\0second\0c\0d\0__u64\0unsigned char\0__be32\0high\0low\0middle\0real\0reals\0__u16\0x\0__ARRAY_SIZE_TYPE__\0__u32\0unsigned long long\0float\0unsigned short\0unsigned int\0double\0",
        1), }, programs : {},
    }
}
