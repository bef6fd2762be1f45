//! What old kernels refuse in a BTF, and loaders do not rewrite for them.
//!
//! libbpf's `bpf_object__sanitize_btf` replaces kinds that a kernel does not know: floats,
//! 64-bit enumerations, tags, functions, and data sections where the kernel knows none. What
//! it leaves costs an object its whole BTF there: libbpf goes on without it, and no map has
//! types that could be compared.

use btf_rs::{Member, Type};

use super::{Btf, target};

/// Something in an object's BTF that kernels take from a release on: see
/// [`Object::btf_features`](crate::Object::btf_features).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BtfFeature {
    /// As [`allow_newer`](crate::Builder::allow_newer) knows it.
    pub name: &'static str,
    /// Where it stands first: "section `.rodata`".
    pub place: String,
}

impl BtfFeature {
    /// What no kernel takes yet.
    pub(crate) const WIDE_ENUM_BITS: &'static str = "btf_wide_enum_bits";
}

impl Btf<'_> {
    /// Each feature once, where it stands first.
    pub(crate) fn features(&self) -> Vec<BtfFeature> {
        let mut found: Vec<BtfFeature> = Vec::new();
        for id in self.ids() {
            let Some((name, place)) = self.feature(id) else {
                continue;
            };
            if found.iter().all(|feature| feature.name != name) {
                found.push(BtfFeature { name, place });
            }
        }
        found
    }

    fn feature(&self, id: u32) -> Option<(&'static str, String)> {
        let (keyword, composite) = match self.ty(id) {
            // `.rodata` with nothing but what clang put there for a function: "permit size-0
            // datasec", 13ca51d5eb35.
            Type::Datasec(section) if section.variables.is_empty() => {
                let place = format!("section `{}`", self.name(id));
                return Some(("btf_empty_section", place));
            }
            Type::Struct(composite) => ("struct", composite),
            Type::Union(composite) => ("union", composite),
            _ => return None,
        };
        // libbpf makes a union of a 64-bit enumeration, which no bit-field may have
        // (`btf_generic_check_kflag_member`); of more than an `int` no kernel takes one
        // (`btf_enum_check_kflag_member`).
        let bits = |member: &Member| {
            let bits = member.bitfield_size().filter(|&bits| bits > 0)?;
            let ty = self.resolved(target(member)).ok()?;
            matches!(self.ty(ty), Type::Enum64(_)).then_some(bits)
        };
        let members = composite.members.iter();
        let member = members.max_by_key(|member| bits(member).map(|bits| bits > 32))?;
        let name = match bits(member)? {
            33.. => BtfFeature::WIDE_ENUM_BITS,
            _ => "btf_enum64_bits",
        };
        let place = format!(
            "member `{}` of `{keyword} {}`",
            self.entry_name(member),
            self.name(id)
        );
        Some((name, place))
    }
}
