//! What `#[ebpf_map]` on a module says of the object, turned into its names.

/// The types and functions that open, load and attach one object, from lists of its
/// maps, sections and programs. What the lists say is the macro crate's; how it becomes
/// Rust stands here, so that this crate's features decide.
///
/// ```text
/// object! {
///     object: "flow", bytes: OBJECT,                     // or `bytes: none`
///     maps: { conns: Conns = "conns", events: Events = "events" optional },
///     sections: {
///         rodata: types::RodataSection = ".rodata" { target_port: u16 = 0 }
///             readonly btf(b"…", 3),                     // either may be left out
///     },
///     programs: { handle_syn = "handle_syn" },
/// }
/// ```
#[cfg(feature = "libbpf")]
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    (object: $object:expr, bytes: none, $($lists:tt)*) => {
        $crate::__object! { @all [$object] [] $($lists)* }
    };
    (object: $object:expr, bytes: $bytes:expr, $($lists:tt)*) => {
        $crate::__object! { @all [$object] [$bytes] $($lists)* }
    };

    (@all [$object:expr] [$($bytes:expr)?]
        maps: {
            $($(#[$cfg:meta])* $map:ident: $handle:ty = $map_name:literal $($optional:ident)?),* $(,)?
        },
        sections: {
            $($section:ident: $section_ty:ty = $section_name:literal {
                $($var:ident: $var_ty:ty = $offset:literal),* $(,)?
            } $($word:ident $(($($arg:expr),*))?)*),* $(,)?
        },
        programs: { $($program:ident = $program_name:literal),* $(,)? } $(,)?
    ) => {
        static __OBJECT_SPEC: $crate::object::ObjectSpec = $crate::object::ObjectSpec {
            name: $object,
            maps: &[$($(#[$cfg])* $crate::__object!(@spec $handle, $($optional)?)),*],
            sections: &[$($crate::object::SectionSpec {
                name: $section_name,
                size: ::core::mem::size_of::<$section_ty>(),
                read_only: $crate::__object!(@read_only $($word)*),
                btf: $crate::__object!(@btf $($word $(($($arg),*))?)*),
                btf_value: $crate::__object!(@btf_value $($word $(($($arg),*))?)*),
            }),*],
            programs: &[$($program_name),*],
        };

        $(
            /// Opens the object that was there at build time, and compares it with the
            /// bindings. Nothing is loaded yet.
            ///
            /// # Errors
            /// `Mismatch` when it is not the object that this was built for, `Object`
            /// when libbpf cannot read it.
            pub fn open() -> $crate::Result<Open> {
                builder().0.open($bytes).map(Open)
            }
        )?

        /// Opens the object from a file, and compares it with the bindings. Nothing is
        /// loaded yet.
        ///
        /// # Errors
        /// `Mismatch` when it is not an object that this was built for, `Object` when
        /// libbpf cannot read it.
        pub fn open_file(
            path: impl ::core::convert::AsRef<::std::path::Path>,
        ) -> $crate::Result<Open> {
            builder().open_file(path)
        }

        /// Opens an object from its bytes, such as those of another build of it, and
        /// compares it with the bindings. Nothing is loaded yet.
        ///
        /// # Errors
        /// `Mismatch` when it is not an object that this was built for, `Object` when
        /// libbpf cannot read it.
        pub fn open_bytes(bytes: &[::core::primitive::u8]) -> $crate::Result<Open> {
            builder().open_bytes(bytes)
        }

        /// Opens the object with options of libbpf-rs.
        pub fn builder() -> Builder {
            Builder($crate::object::Builder::new(&__OBJECT_SPEC))
        }

        /// Opens the object with options of libbpf-rs.
        pub struct Builder($crate::object::Builder);

        impl Builder {
            /// libbpf-rs's own builder: name, root of pins, other BTF of the kernel, …
            pub fn object_builder_mut(&mut self) -> &mut $crate::libbpf_rs::ObjectBuilder {
                self.0.object_builder_mut()
            }

            $(
                /// As the function `open`.
                ///
                /// # Errors
                /// As the function `open`.
                pub fn open(&mut self) -> $crate::Result<Open> {
                    self.0.open($bytes).map(Open)
                }
            )?

            /// As the function `open_bytes`.
            ///
            /// # Errors
            /// As the function `open_bytes`.
            pub fn open_bytes(
                &mut self,
                bytes: &[::core::primitive::u8],
            ) -> $crate::Result<Open> {
                self.0.open(bytes).map(Open)
            }

            /// As the function `open_file`.
            ///
            /// # Errors
            /// As the function `open_file`.
            pub fn open_file(
                &mut self,
                path: impl ::core::convert::AsRef<::std::path::Path>,
            ) -> $crate::Result<Open> {
                self.0.open_file(path).map(Open)
            }
        }

        /// The object, open: its globals, sizes, pins and programs can be set.
        pub struct Open($crate::object::Open);

        impl Open {
            /// The maps, by their C names.
            pub fn maps(&mut self) -> OpenMaps<'_> {
                let maps = &mut self.0.maps();
                OpenMaps {
                    $($(#[$cfg])* $map: $crate::__object!(@open maps, $handle, $($optional)?),)*
                    __borrowed: ::core::marker::PhantomData,
                }
            }

            /// The programs, by their C names, one at a time.
            pub fn programs(&mut self) -> OpenPrograms<'_> {
                let programs = $crate::object::OpenPrograms::new(&mut self.0);
                OpenPrograms {
                    $($program: programs.program($program_name),)*
                    __borrowed: ::core::marker::PhantomData,
                }
            }

            $(
                /// The initial values of the global variables in this section.
                pub fn $section(&mut self) -> &mut $section_ty {
                    self.0.section($section_name)
                }
            )*

            /// libbpf-rs's own object.
            pub fn object(&self) -> &$crate::libbpf_rs::OpenObject {
                self.0.object()
            }

            /// libbpf-rs's own object. What is changed through it is compared again at
            /// load.
            pub fn object_mut(&mut self) -> &mut $crate::libbpf_rs::OpenObject {
                self.0.object_mut()
            }

            /// Creates or reuses the maps, compares every one with the bindings, and
            /// loads the programs.
            ///
            /// Maps with a pin path are opened from there first, and pinned there when
            /// all have passed. What becomes of a pin that does not match, `on_mismatch`
            /// and `migrate` of the map say; it is refused where they were not asked.
            ///
            /// An optional map is left out where the kernel lacks its kind.
            ///
            /// # Errors
            /// `Unsupported` for what else the running kernel lacks, `Mismatch` when a
            /// pinned map is not what this was built for, `Permission` when the kernel
            /// does not show its BTF or a capability is missing, `Object` with what
            /// libbpf and the verifier say. Nothing is loaded then,
            /// and nothing is pinned that was not before.
            pub fn load(self) -> $crate::Result<Loaded> {
                self.load_with(<$crate::Accept as ::core::default::Default>::default())
            }

            /// As `load`, accepting less than a comparison of every member for maps that
            /// were there before.
            ///
            /// # Errors
            /// As `load`.
            pub fn load_with(self, accept: $crate::Accept) -> $crate::Result<Loaded> {
                let (object, maps) = self.0.load(accept)?;
                let maps = &mut ::core::iter::IntoIterator::into_iter(maps);
                ::core::result::Result::Ok(Loaded {
                    maps: Maps {
                        $($(#[$cfg])* $map: $crate::__object!(@bind maps, $handle, $($optional)?),)*
                    },
                    object,
                })
            }
        }

        /// The maps of the open object.
        pub struct OpenMaps<'a> {
            $(
                /// This map.
                $(#[$cfg])*
                pub $map: $crate::__object!(@open_ty 'a, $handle, $($optional)?),
            )*
            #[doc(hidden)]
            pub __borrowed: ::core::marker::PhantomData<&'a mut ()>,
        }

        /// The programs of the open object.
        pub struct OpenPrograms<'a> {
            $(
                /// This program.
                pub $program: $crate::libbpf_rs::OpenProgramMut<'a>,
            )*
            #[doc(hidden)]
            pub __borrowed: ::core::marker::PhantomData<&'a mut ()>,
        }

        /// The object, in the kernel.
        pub struct Loaded {
            /// The maps, each of which passed the load gate.
            pub maps: Maps,
            object: $crate::object::Loaded,
        }

        impl Loaded {
            /// The programs, by their C names.
            pub fn programs(&self) -> Programs<'_> {
                Programs {
                    $($program: self.object.program($program_name),)*
                    __borrowed: ::core::marker::PhantomData,
                }
            }

            /// Attaches every program whose section names what to attach to, and every
            /// `struct_ops` map. Returns the links, and the names of what is left;
            /// dropping a link detaches its program.
            ///
            /// # Errors
            /// `Mismatch` when a program reaches a map that did not pass the load gate,
            /// `Object` or `Permission` when one cannot be attached. Nothing stays
            /// attached then.
            pub fn attach(&mut self) -> $crate::Result<(
                ::std::vec::Vec<$crate::libbpf_rs::Link>,
                ::std::vec::Vec<::std::string::String>,
            )> {
                self.object.attach()
            }

            /// Registers a `struct_ops` map by its C name. Dropping the link takes it
            /// back.
            ///
            /// # Errors
            /// As `attach`.
            pub fn attach_struct_ops(
                &self,
                map: &::core::primitive::str,
            ) -> $crate::Result<$crate::libbpf_rs::Link> {
                self.object.attach_struct_ops(map)
            }

            /// libbpf-rs's own object. Attaching through it is outside of the gate.
            pub fn object(&self) -> &$crate::libbpf_rs::Object {
                self.object.object()
            }

            /// libbpf-rs's own object. Attaching through it is outside of the gate.
            pub fn object_mut(&mut self) -> &mut $crate::libbpf_rs::Object {
                self.object.object_mut()
            }
        }

        /// The programs of the loaded object.
        pub struct Programs<'a> {
            $(
                /// This program.
                pub $program: $crate::object::Program<'a>,
            )*
            #[doc(hidden)]
            pub __borrowed: ::core::marker::PhantomData<&'a ()>,
        }

        $crate::__object!(@debug Builder Open Loaded);

        $($crate::__object! { @section [$($word)*] $section $section_ty, $section_name,
            $($var $var_ty, $offset;)*
        })*
    };

    // A rule of its own: a variable of a section cannot repeat the section's words.
    (@section $words:tt $section:ident $section_ty:ty, $section_name:literal,
        $($var:ident $var_ty:ty, $offset:literal;)*
    ) => {
        const _: () = {
            /// The global variables of a section.
            pub struct Vars<'a> {
                $(
                    /// This variable.
                    pub $var: $crate::__object!(@var_ty 'a, $var_ty, $words),
                )*
                #[doc(hidden)]
                pub __section: &'a $crate::section::Section,
            }

            impl Vars<'_> {
                /// Copies the whole section out.
                ///
                /// # Errors
                /// `Os` when the section is not mapped and the kernel has no memory.
                pub fn read(&self) -> $crate::Result<$section_ty> {
                    self.__section.read()
                }
            }

            impl Loaded {
                /// The global variables in this section.
                pub fn $section(&self) -> Vars<'_> {
                    let section = self.object.section($section_name);
                    Vars {
                        $($var: $crate::__object!(@var section, $offset, $words),)*
                        __section: section,
                    }
                }
            }
        };
    };

    (@spec $handle:ty, $($optional:ident)?) => {
        <$handle as $crate::Binding>::SPEC
    };

    (@read_only readonly $($rest:tt)*) => { true };
    (@read_only $($rest:tt)*) => { false };
    (@btf readonly $($rest:tt)*) => { $crate::__object!(@btf $($rest)*) };
    (@btf btf($bytes:expr, $value:expr)) => { $bytes };
    (@btf) => { &[] };
    (@btf_value readonly $($rest:tt)*) => { $crate::__object!(@btf_value $($rest)*) };
    (@btf_value btf($bytes:expr, $value:expr)) => { $value };
    (@btf_value) => { 0 };

    (@open_ty $a:lifetime, $handle:ty, optional) => {
        ::core::option::Option<$crate::object::OpenMap<$a, $handle>>
    };
    (@open_ty $a:lifetime, $handle:ty,) => { $crate::object::OpenMap<$a, $handle> };
    (@open $maps:ident, $handle:ty, optional) => {
        $crate::object::next_optional::<$handle>($maps)
    };
    (@open $maps:ident, $handle:ty,) => { $crate::object::next::<$handle>($maps) };

    (@bind $maps:ident, $handle:ty, optional) => {
        $crate::object::bind_optional::<$handle>($crate::object::next_live($maps))?
    };
    (@bind $maps:ident, $handle:ty,) => {
        $crate::object::bind::<$handle>($crate::object::next_live($maps))?
    };

    (@var_ty $a:lifetime, $ty:ty, [readonly $($rest:tt)*]) => {
        $crate::section::ReadOnlyVar<$a, $ty>
    };
    (@var_ty $a:lifetime, $ty:ty, $words:tt) => { $crate::section::Var<$a, $ty> };
    (@var $section:ident, $offset:literal, [readonly $($rest:tt)*]) => {
        $crate::section::ReadOnlyVar::new($section, $offset)
    };
    (@var $section:ident, $offset:literal, $words:tt) => {
        $crate::section::Var::new($section, $offset)
    };

    (@debug $($name:ident)*) => {$(
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(::core::stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

/// Nothing: this build has no libbpf-rs.
#[cfg(not(feature = "libbpf"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($($lists:tt)*) => {};
}
