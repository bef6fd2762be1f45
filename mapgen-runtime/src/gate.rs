//! The load gate: a live map against its [`MapSpec`](crate::MapSpec).

/// What a caller is ready to do without when a map is opened.
///
/// The default is everything: members are compared, and what cannot be compared is
/// refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accept {
    sizes_only: bool,
    no_btf: bool,
}

impl Accept {
    /// Compares kind, sizes, flags and capacity, not members: for processes without
    /// CAP_SYS_ADMIN, which may not read the BTF of a map they did not load.
    pub const fn sizes_only() -> Self {
        Self {
            sizes_only: true,
            no_btf: false,
        }
    }

    /// Accepts a map that carries no BTF after comparing its sizes; where there is
    /// BTF, members are compared.
    pub const fn no_btf() -> Self {
        Self {
            sizes_only: false,
            no_btf: true,
        }
    }
}

/// How far a map was compared when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Member by member, or by being the very BTF that this process loaded.
    Members,
    /// Kind, sizes, flags and capacity: the kind of map keeps no BTF, or the caller
    /// accepted less.
    Sizes,
}
