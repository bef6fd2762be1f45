//! What a schema holds.

/// The version of the model and of its text format.
///
/// The build crate writes it, the macro crate refuses any other.
pub const VERSION: u32 = 1;

/// Everything mapgen knows of one compiled eBPF object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The name that `#[ebpf_map(object = "…")]` uses.
    pub name: String,
    /// The object's file name, for messages (`flow.bpf.o`).
    pub object: String,
    /// Where the object's bytes are, absolute, for `include_bytes!`; `None` when the
    /// schema was built from a `.schema` file alone.
    pub path: Option<String>,
    /// The object's byte order.
    pub endian: Endian,
    /// The text of the `license` section, empty without one.
    pub license: String,
    /// All types, each referring only to types before it. Entry 0 is `void`. Besides
    /// what maps and sections reach there is every type that a record may be declared
    /// with.
    pub types: Vec<Type>,
    /// The maps that libbpf would create from `.maps` and the legacy `maps` section,
    /// in the order of the object.
    pub maps: Vec<Map>,
    /// Global variables by section: `.data`, `.bss`, `.rodata`, `.kconfig` and custom ones.
    pub sections: Vec<Section>,
    /// Types that `build.rs` asked for by name: they are bound whether or not a map or a
    /// section reaches them.
    pub requested: Vec<TypeId>,
    /// Entry programs, in the order of the object.
    pub programs: Vec<Program>,
    /// What `build.rs` declared with `min_entries(map, n)`, and the place that says so.
    pub min_entries: Vec<(String, u32, String)>,
    /// Maps that need a newer kernel than `min_kernel` says: the map, what it needs, and the
    /// place that asks. A binding that is `optional` does without the map.
    pub newer: Vec<(String, String, String)>,
    /// Other builds of the object, which agree with it.
    pub variants: Vec<Variant>,
}

/// Another build of an object: for an older kernel, for the other byte order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// What tells its file from the object's: `v511` of `flow.v511.bpf.o`.
    pub name: String,
    /// Its file name, for messages.
    pub object: String,
    /// Where its bytes are, absolute; `None` for one of the other byte order.
    pub path: Option<String>,
    /// Types that are others than in the object, by C spelling: nothing in Rust may be
    /// bound to them.
    pub differs: Vec<String>,
}

/// The byte order of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Endian {
    /// `bpfel`.
    #[default]
    Little,
    /// `bpfeb`.
    Big,
}

impl Endian {
    /// `"little"` or `"big"`, as `cfg(target_endian)` spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Little => "little",
            Self::Big => "big",
        }
    }
}

/// The index of a type in [`Schema::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

impl TypeId {
    /// `void`.
    pub const VOID: Self = Self(0);

    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A C type. `const`, `volatile`, `restrict` and tags on anything but pointers are
/// dropped: they do not change a byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// No type; the pointee of nothing, the type of an untyped value.
    Void,
    /// An integer, character or boolean.
    Int {
        /// As C spells it: `unsigned int`.
        name: String,
        /// In bytes: 1, 2, 4, 8 or 16.
        size: u32,
        /// What the bits mean.
        kind: IntKind,
    },
    /// A floating point number.
    Float {
        /// As C spells it: `double`.
        name: String,
        /// In bytes.
        size: u32,
    },
    /// A pointer. It is not followed: the pointee is a name.
    Pointer {
        /// The pointee as C spells it: `struct sock`, `void`, `int (int)`.
        pointee: String,
        /// A BTF type tag between the pointer and its pointee: `kptr`, `uptr`, …
        tag: Option<String>,
    },
    /// An array; `count` is 0 for zero-length and flexible arrays.
    Array {
        /// The type of one element.
        element: TypeId,
        /// The number of elements.
        count: u32,
    },
    /// A struct or a union.
    Composite(Composite),
    /// An enumeration.
    Enum(Enum),
    /// Another name for a type.
    Typedef {
        /// The new name.
        name: String,
        /// What it stands for.
        target: TypeId,
    },
}

/// How the bits of an integer are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntKind {
    /// Unsigned.
    Unsigned,
    /// Two's complement.
    Signed,
    /// `char`, in either signedness: text when in an array.
    Char,
    /// `_Bool`.
    Bool,
}

/// A struct or union.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Composite {
    /// A union rather than a struct.
    pub union: bool,
    /// The tag, `None` for an anonymous one.
    pub name: Option<String>,
    /// In bytes.
    pub size: u32,
    /// In the order of the C source.
    pub members: Vec<Member>,
}

/// A member of a struct or union.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// `None` for an anonymous struct or union, whose members are its parent's.
    pub name: Option<String>,
    /// The declared type (of a bit-field: the type before the colon).
    pub ty: TypeId,
    /// From the start of the parent, in bits.
    ///
    /// For a bit-field it counts as BTF counts: from the least significant bit of
    /// the first byte on little-endian, from the most significant on big-endian.
    pub bit_offset: u64,
    /// The width of a bit-field in bits, `None` for an ordinary member.
    pub bitfield: Option<u32>,
}

/// An enumeration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Enum {
    /// The tag, `None` for an anonymous one.
    pub name: Option<String>,
    /// In bytes: 1, 2, 4 or 8.
    pub size: u32,
    /// Whether values are signed.
    pub signed: bool,
    /// The enumerators with their values.
    pub variants: Vec<(String, i128)>,
}

/// A map definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// The C name of the variable.
    pub name: String,
    /// `.maps` or `maps`.
    pub section: String,
    /// `BPF_MAP_TYPE_*`, as a number (see [`crate::kinds`]).
    pub kind: u32,
    /// The BTF id of the definition's struct in the object, 0 for legacy maps.
    pub type_id: u32,
    /// In bytes; 0 where there are no keys, or when it is
    /// [left to run time](Self::key_at_run_time).
    pub key_size: u32,
    /// In bytes; 0 where there are no values, or when it is
    /// [left to run time](Self::value_at_run_time).
    pub value_size: u32,
    /// As the object declares it; 0 when it is left to run time.
    pub max_entries: u32,
    /// `BPF_F_*`.
    pub map_flags: u32,
    /// The meaning depends on the kind (Bloom filter: number of hash functions).
    pub map_extra: u64,
    /// The NUMA node, used with `BPF_F_NUMA_NODE`.
    pub numa_node: u32,
    /// Whether libbpf pins it.
    pub pinning: Pinning,
    /// The type of the key, where the object says one.
    pub key: Option<TypeId>,
    /// The type of the value, where the object says one.
    pub value: Option<TypeId>,
    /// The inner map of an array or hash of maps.
    pub inner: Option<Box<Map>>,
    /// The map's own minimal BTF.
    pub btf: Option<MapBtf>,
}

impl Map {
    /// Whether the size of its keys is not in the object: a program sets it before the load,
    /// as `bpf_map__set_key_size` does. The kernel creates no such map with 0.
    pub fn key_at_run_time(&self) -> bool {
        let (key, _) = crate::kinds::sized(self.kind);
        key && self.key_size == 0 && self.key.is_none()
    }

    /// Whether the size of its values is not in the object; see
    /// [`key_at_run_time`](Self::key_at_run_time).
    pub fn value_at_run_time(&self) -> bool {
        let (_, value) = crate::kinds::sized(self.kind);
        value && self.value_size == 0 && self.value.is_none()
    }
}

/// A BTF blob that holds just one map's key and value types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapBtf {
    /// In the byte order of the object, header included.
    pub bytes: Vec<u8>,
    /// The id of the key's type in `bytes`, 0 without one.
    pub key: u32,
    /// The id of the value's type in `bytes`, 0 without one.
    pub value: u32,
}

/// The `pinning` attribute of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pinning {
    /// Not pinned by libbpf.
    #[default]
    None,
    /// `LIBBPF_PIN_BY_NAME`.
    ByName,
}

/// A data section, which libbpf turns into an array map of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `.rodata`, `.bss`, `.data.foo`, …
    pub name: String,
    /// In bytes.
    pub size: u32,
    /// In order of offset; static variables included.
    pub vars: Vec<Var>,
    /// The BTF of the section's map: its value is the datasec.
    pub btf: Option<MapBtf>,
}

/// A global variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Var {
    /// The C name.
    pub name: String,
    /// From the start of the section, in bytes.
    pub offset: u32,
    /// In bytes.
    pub size: u32,
    /// The type.
    pub ty: TypeId,
    /// Whether it is `static` (not visible outside its file).
    pub is_static: bool,
}

/// An entry program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The name of the C function.
    pub name: String,
    /// The section as written: `xdp`, `?kprobe/foo`.
    pub section: String,
    /// The program type in lower case without its prefix (`xdp`, `sched_cls`), or
    /// `unspec` where the section does not tell.
    pub kind: String,
    /// The number of instructions, sub-programs not counted.
    pub insns: u32,
    /// Helpers called from the program and its sub-programs, by name, sorted.
    pub helpers: Vec<String>,
    /// Maps used by the program and its sub-programs, by name, in the object's order;
    /// data sections appear by section name.
    pub maps: Vec<String>,
}

impl Schema {
    /// The type with this id; `void` for an id that is out of range.
    pub fn ty(&self, id: TypeId) -> &Type {
        self.types.get(id.index()).unwrap_or(&Type::Void)
    }

    /// The type with this id, behind its typedefs.
    pub fn resolved(&self, mut id: TypeId) -> &Type {
        // Typedefs refer only backwards, so this ends.
        while let Type::Typedef { target, .. } = self.ty(id) {
            id = *target;
        }
        self.ty(id)
    }

    /// The id behind the typedefs of this id.
    pub fn resolved_id(&self, mut id: TypeId) -> TypeId {
        while let Type::Typedef { target, .. } = self.ty(id) {
            id = *target;
        }
        id
    }

    /// Whether a value of this type is guarded by a `struct bpf_spin_lock` among its
    /// members. The kernel looks into nested structs too, not into arrays and unions.
    pub fn has_spin_lock(&self, id: TypeId) -> bool {
        match self.resolved(id) {
            Type::Composite(Composite { union: true, .. }) => false,
            Type::Composite(Composite { name, members, .. }) => {
                name.as_deref() == Some("bpf_spin_lock")
                    || members.iter().any(|member| self.has_spin_lock(member.ty))
            }
            _ => false,
        }
    }

    /// The map with this C name.
    pub fn map(&self, name: &str) -> Option<&Map> {
        self.maps.iter().find(|map| map.name == name)
    }
}
