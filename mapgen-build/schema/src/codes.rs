//! The codes of messages: `M0012`.
//!
//! A code is for life: a row is added, never changed into another meaning, and the
//! number of one that is gone is not given again. Each has a page of its own,
//! `docs/errors/M0012.md`, which `mapgen explain M0012` prints.

use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is not said.
    Allow,
    /// It is said, and the build goes on.
    Warn,
    /// The build fails.
    Deny,
}

impl Level {
    /// As `mapgen.toml` spells it.
    ///
    /// ```
    /// assert_eq!(mapgen_schema::codes::Level::Deny.as_str(), "deny");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The level of this spelling.
    ///
    /// ```
    /// use mapgen_schema::codes::Level;
    /// assert_eq!(Level::from_name("warn"), Some(Level::Warn));
    /// assert_eq!(Level::from_name("error"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Allow, Self::Warn, Self::Deny]
            .into_iter()
            .find(|level| level.as_str() == name)
    }
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// The number behind the `M`.
    pub number: u16,
    /// What `Builder::warn` and `[lints]` in `mapgen.toml` know it by.
    pub name: &'static str,
    /// How much it weighs unless somebody says otherwise.
    pub level: Level,
    /// One line: what is wrong.
    pub title: &'static str,
}

impl Code {
    /// Whether a project may set its level: a policy or a lint, not a message without
    /// which nothing can be built.
    ///
    /// ```
    /// use mapgen_schema::codes;
    /// assert!(codes::min_entries.is_policy() && !codes::not_bpf.is_policy());
    /// ```
    pub fn is_policy(self) -> bool {
        matches!(self.number, 1..=3 | 100..=399)
    }

    /// A message with the code at the end of its first line, where it stands in every
    /// message.
    ///
    /// ```
    /// use mapgen_schema::codes;
    /// let message = codes::not_bpf.on("`a.o` is not an eBPF object\nhelp: …");
    /// assert_eq!(message, "`a.o` is not an eBPF object [M0006]\nhelp: …");
    /// ```
    pub fn on(self, message: &str) -> String {
        match message.split_once('\n') {
            Some((first, rest)) => format!("{first} [{self}]\n{rest}"),
            None => format!("{message} [{self}]"),
        }
    }
}

/// `M0012`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "M{:04}", self.number)
    }
}

macro_rules! codes {
    ($($name:ident = $number:literal $level:ident $title:literal,)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code {
                number: $number,
                name: stringify!($name),
                level: Level::$level,
                title: $title,
            };
        )*

        /// Every code, by number.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

/// The codes, each a constant of the name that policies know it by.
#[expect(non_upper_case_globals, reason = "a code is spelled as its policy")]
mod table {
    use super::{Code, Level};

    // 1 to 99: what an object declares, what the kernel takes, and the builder.
    // 100 to 199: policy. 200 to 299: layouts that are kept, several objects.
    // 300 to 399: lints. 400 to 499: bindings. 500 to 599: run time, whose crate spells
    // them itself.
    codes! {
        flexible = 1 Deny "a key or value ends in a flexible array",
        key_size = 2 Deny "the kernel takes no key of this size",
        value_size = 3 Deny "the kernel takes no value of this size",
        missing_file = 4 Deny "a file is not there",
        unreadable_file = 5 Deny "a file cannot be read or written",
        not_bpf = 6 Deny "a file is not an eBPF object",
        no_btf = 7 Deny "an object has no BTF",
        byte_order = 8 Deny "an object has another byte order than the target",
        damaged_elf = 9 Deny "an object's ELF is damaged",
        damaged_btf = 10 Deny "an object's BTF is damaged",
        stripped = 11 Deny "an object lacks a symbol",
        beyond_limits = 12 Deny "an object has more than can be read",
        only_declared = 13 Deny "a type is only declared",
        unsized_type = 14 Deny "a type has no size in BTF",
        endless_type = 15 Deny "a type contains itself, or nests too deep",
        twin_types = 16 Deny "two types have one name",
        old_bit_field = 17 Deny "a bit-field has a form that is not read",
        unknown_attribute = 20 Deny "a map has an attribute that libbpf does not know",
        attribute_value = 21 Deny "an attribute of a map cannot have this value",
        sizes_disagree = 22 Deny "a size is declared twice, and differs",
        map_without_kind = 23 Deny "a map does not say its type",
        not_a_map = 24 Deny "something in `.maps` is no map",
        inner_map_definition = 25 Deny "a declaration of inner maps cannot work",
        two_arenas = 26 Deny "an object has two arenas",
        legacy_maps = 27 Deny "a `maps` section has maps of no known form",
        no_clang = 30 Deny "there is no clang",
        clang_refuses = 31 Deny "clang refuses the source",
        prebuilt_differs = 32 Deny "a prebuilt object is not what clang makes of the source",
        requested_type = 33 Deny "a type that `types` asks for is not there",
        requested_map = 34 Deny "a map that `min_entries` names is not there",
        usage = 35 Deny "the builder is used in a way that cannot work",
        outside_build_script = 36 Deny "the builder runs outside of a build script",
        one_name = 37 Deny "two objects would have one name",
        schema_file = 38 Deny "a schema file cannot be read",
        policy_file = 39 Deny "`mapgen.toml` says something that nobody knows",
        kernel_types = 40 Deny "there are no types of a kernel to write `vmlinux.h` from",
        unknown_policy = 41 Deny "`warn` names no policy",
        min_entries = 100 Deny "a map has fewer entries than the policy asks for",
        min_kernel = 110 Deny "the oldest kernel lacks what an object needs",
        allow_helpers = 111 Deny "a program calls what is not among the allowed helpers",
        deny_helpers = 112 Deny "a program calls what is among the denied helpers",
        gpl_only = 113 Deny "a program without a GPL-compatible licence calls what is kept for those",
        unknown_name = 114 Deny "a policy names what does not exist",
        memory_budget = 120 Deny "the maps take more kernel memory than the budget",
        memory_unknown = 121 Warn "the budget leaves out a map whose size is set at run time",
        min_unit = 122 Deny "a minimum is stated in what the map does not hold",
        unknown_map = 190 Deny "a policy names a map that no object has",
        layout_lock = 200 Deny "a map that is kept has another layout than in the layout lock",
        layout_names = 201 Deny "members of a map that is kept have other names than in the layout lock",
        layout_missing = 202 Deny "a map that is to be kept has no entry in the layout lock",
        layout_gone = 203 Deny "the layout lock keeps a map that is gone",
        layout_file = 204 Deny "the layout lock cannot be read",
        stable = 205 Deny "`stable` names a map that no object has",
        shared_map = 210 Deny "objects pin different maps by one name",
        variant = 211 Deny "a variant disagrees with its object",
        key_padding = 300 Warn "a hash key has bytes that nobody sets",
        kernel_pointer = 301 Warn "a value shows a kernel pointer to user space",
        lru_minimum = 302 Warn "an LRU map forgets entries before it holds its minimum",
        unused_map = 303 Warn "no program uses a map",
        nmi_hash = 304 Warn "a hash that allocates as it grows is used where allocation can fail or hang",
        rounded_entries = 305 Warn "the kernel gives a map another `max_entries`",
        misplaced_macro = 400 Deny "`#[ebpf_map]` stands where it means nothing",
        argument_syntax = 401 Deny "an argument is not written as it should be",
        unknown_argument = 402 Deny "there is no such argument",
        misplaced_argument = 403 Deny "an argument means nothing here",
        repeated_argument = 404 Deny "an argument is given twice",
        number_range = 405 Deny "a number is larger than a map can have",
        module_body = 406 Deny "a module stands in a file of its own",
        object_not_named = 410 Deny "no object is named",
        no_build_script = 411 Deny "no build script has read the object",
        unknown_object = 412 Deny "there is no such object",
        damaged_schema = 413 Deny "the schema of an object cannot be read",
        schema_version = 414 Deny "the schema of an object is of another release",
        objects_disagree = 415 Deny "two objects define one map differently",
        no_common_map = 416 Deny "objects that a module names have no map in common",
        no_such_map = 420 Deny "there is no such map",
        ambiguous_map = 421 Deny "a struct could be either of two maps",
        bound_twice = 422 Deny "a map is bound twice",
        unknown_kind = 423 Deny "there is no such kind of map",
        another_kind = 424 Deny "a map is of another kind",
        too_few_entries = 425 Deny "a map has fewer entries than the code asks for",
        other_entries = 426 Deny "a map has another number of entries than the code says",
        map_fields = 427 Deny "a map's struct has other fields than `key` and `value`",
        size_at_run_time = 428 Deny "a type for what has no size until run time",
        another_type = 429 Deny "a map has keys or values of another type",
        another_size = 430 Deny "a type has another size than in the object",
        another_inner_map = 431 Deny "inner maps are not like the map that the code names",
        untyped_map = 432 Warn "a map has no types, and reads bytes",
        forgetful_map = 433 Warn "an LRU map forgets entries before it holds as many as are promised",
        unknown_type = 440 Deny "there is no such type",
        not_a_struct = 441 Deny "a C type is no struct",
        layout = 442 Deny "a Rust type is laid out otherwise than the C type",
        padding = 443 Deny "a type has padding that nobody initialises",
        unknown_member = 444 Deny "a C type has no such member",
        missing_field = 445 Deny "a member has no field in Rust",
        beside_the_hole = 446 Deny "a field of Rust's own stands where C has a member",
        bit_field = 447 Deny "a bit-field cannot be a field",
        no_repr = 448 Deny "a struct leaves the order of its fields to Rust",
        not_copy = 449 Deny "a type is not `Copy`",
        unnamed_fields = 450 Deny "a struct has no names to compare members by",
        parameters = 451 Deny "a type with parameters stands for a C type",
        no_clayout = 452 Deny "a type does not say how it is laid out",
        no_struct = 453 Deny "`CLayout` is derived for what is no struct",
        one_rust_name = 454 Deny "two things would take one Rust name",
        rust_name = 455 Deny "a name is no Rust name",
        nothing_to_rename = 456 Deny "a type has no Rust type of its own to rename",
        several_records = 460 Deny "a list of types stands where there is one type",
        record_list = 461 Deny "a list of record types names none, or one twice",
        records_of_one_size = 462 Deny "records cannot be told apart by their size",
        incomplete_tag = 463 Deny "tags and the member that holds them do not come together",
        not_a_tag = 464 Deny "a member cannot be a tag",
        tag_elsewhere = 465 Deny "a tag is not at the same place in all records",
        tag_value = 466 Deny "a tag cannot have this value",
        unknown_enumerator = 467 Deny "there is no such enumerator",
        full = 500 Deny "a map is full",
        out_of_range = 501 Deny "an index lies beyond an array",
        prefix_too_long = 502 Deny "a prefix is longer than the keys of a trie",
        mismatch = 503 Deny "what is there is not what the program was built for",
        permission = 504 Deny "a capability is missing",
        unsupported = 505 Deny "the running kernel is too old",
        busy = 506 Deny "something of which there is one is in use",
        interrupted = 507 Deny "an iteration would not have ended",
        record = 508 Deny "a record does not fit its type",
        unknown_record = 509 Deny "a record is of no declared type",
        disturbed = 510 Deny "somebody else wrote into shared memory",
        exists = 511 Deny "an entry is there already",
        not_found = 512 Deny "an entry is not there",
        access = 513 Deny "the map does not allow it",
        wrong_size = 514 Deny "a key, value or record has another size",
        not_mmapable = 515 Deny "an array cannot be mapped",
        no_capacity = 516 Deny "a map was created without a capacity",
        refused = 517 Deny "libbpf refused",
        os = 518 Deny "the operating system refused",
    }
}

pub use table::*;

/// The code with this name or number: `min_entries`, `M0100`, `100`.
///
/// ```
/// use mapgen_schema::codes;
/// assert_eq!(codes::find("M0100"), Some(codes::min_entries));
/// assert_eq!(codes::find("min_entries"), Some(codes::min_entries));
/// assert_eq!(codes::find("M9999"), None);
/// ```
pub fn find(wanted: &str) -> Option<Code> {
    let digits = wanted.strip_prefix(['M', 'm']).unwrap_or(wanted);
    let number = digits.parse().ok();
    ALL.iter()
        .copied()
        .find(|code| code.name == wanted || Some(code.number) == number)
}

/// The policy or lint with this name or number, whose level may be set.
///
/// ```
/// use mapgen_schema::codes;
/// assert_eq!(codes::policy("min_entries"), Some(codes::min_entries));
/// assert_eq!(codes::policy("not_bpf"), None);
/// ```
pub fn policy(wanted: &str) -> Option<Code> {
    find(wanted).filter(|code| code.is_policy())
}

/// The names of all policies and lints.
///
/// ```
/// assert!(mapgen_schema::codes::policies().any(|name| name == "min_entries"));
/// ```
pub fn policies() -> impl Iterator<Item = &'static str> {
    let policies = ALL.iter().filter(|code| code.is_policy());
    policies.map(|code| code.name)
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_in_order_and_unique() {
        for (one, next) in ALL.iter().zip(&ALL[1..]) {
            assert!(one.number < next.number, "{one}, {next}");
            assert!(ALL.iter().filter(|code| code.name == one.name).count() == 1);
        }
    }
}
