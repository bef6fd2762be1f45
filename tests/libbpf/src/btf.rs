//! The types of an open object, by libbpf's functions.

use std::ffi::CString;
use std::marker::PhantomData;

use crate::opened::{Opened, text};
use crate::sys;

/// The types of an open object.
#[derive(Clone, Copy)]
pub struct Btf<'a>(*const sys::btf, PhantomData<&'a Opened>);

/// A member of a struct or union.
#[derive(Clone, Debug)]
pub struct Member {
    /// Empty for an anonymous one.
    pub name: String,
    /// The BTF id of its type.
    pub ty: u32,
    /// From the start of its parent.
    pub bit_offset: u32,
    /// The width of a bit-field.
    pub bits: Option<u32>,
}

impl<'a> Btf<'a> {
    /// # Safety
    /// Null, or BTF that lives for `'a`.
    pub(crate) unsafe fn new(btf: *const sys::btf) -> Option<Self> {
        (!btf.is_null()).then_some(Self(btf, PhantomData))
    }

    pub(crate) fn as_ptr(self) -> *const sys::btf {
        self.0
    }

    /// A type by id.
    ///
    /// # Panics
    /// When there is none.
    pub fn ty(self, id: u32) -> &'a sys::btf_type {
        // SAFETY: the BTF is that of an open object; an unknown id gives null.
        unsafe { sys::btf__type_by_id(self.0, id).as_ref() }.expect("a type with this id")
    }

    /// A name by its offset.
    pub fn name_at(self, offset: u32) -> String {
        // SAFETY: as above; the string is owned by the BTF.
        text(unsafe { sys::btf__name_by_offset(self.0, offset) })
    }

    /// The name of a type, empty without one.
    pub fn name(self, id: u32) -> String {
        self.name_at(self.ty(id).name_off)
    }

    /// The id of a type by name and kind.
    pub fn find(self, name: &str, kind: u32) -> Option<u32> {
        let name = CString::new(name).ok()?;
        // SAFETY: as above.
        let id = unsafe { sys::btf__find_by_name_kind(self.0, name.as_ptr(), kind) };
        u32::try_from(id).ok()
    }

    /// `BTF_KIND_*`.
    pub fn kind(self, id: u32) -> u32 {
        (self.ty(id).info >> 24) & 0x1f
    }

    /// In bytes, of a type that has a size.
    pub fn size(self, id: u32) -> Option<u64> {
        // SAFETY: as above.
        u64::try_from(unsafe { sys::btf__resolve_size(self.0, id) }).ok()
    }

    /// The third word of a type: its size, or the type that it refers to.
    pub fn third(self, ty: &sys::btf_type) -> u32 {
        // SAFETY: both fields of the union are a `u32`.
        unsafe { ty.__bindgen_anon_1.size }
    }

    /// Behind qualifiers and type tags.
    pub fn unqualified(self, id: u32) -> u32 {
        self.behind(id, &[])
    }

    /// Behind qualifiers, type tags and typedefs.
    pub fn resolved(self, id: u32) -> u32 {
        self.behind(id, &[sys::BTF_KIND_TYPEDEF])
    }

    fn behind(self, mut id: u32, also: &[u32]) -> u32 {
        const QUALIFIERS: [u32; 4] = [
            sys::BTF_KIND_CONST,
            sys::BTF_KIND_VOLATILE,
            sys::BTF_KIND_RESTRICT,
            sys::BTF_KIND_TYPE_TAG,
        ];
        while id != 0 && (QUALIFIERS.contains(&self.kind(id)) || also.contains(&self.kind(id))) {
            id = self.third(self.ty(id));
        }
        id
    }

    /// What follows a type's three words, as entries of `N` words.
    pub fn entries<const N: usize>(self, ty: &sys::btf_type) -> Vec<[u32; N]> {
        let count = (ty.info & 0xffff) as usize;
        let start = std::ptr::from_ref(ty).wrapping_add(1).cast::<[u32; N]>();
        // SAFETY: libbpf checked that `vlen` entries follow a type of such a kind.
        unsafe { std::slice::from_raw_parts(start, count) }.to_vec()
    }

    /// The element's type and the count of an array.
    pub fn array(self, ty: &sys::btf_type) -> (u32, u32) {
        let start = std::ptr::from_ref(ty).wrapping_add(1).cast::<[u32; 3]>();
        // SAFETY: libbpf checked that an array's three words follow.
        let [element, _, count] = unsafe { *start };
        (element, count)
    }

    /// The word that follows an integer or a variable.
    pub fn word(self, ty: &sys::btf_type) -> u32 {
        let word = std::ptr::from_ref(ty).wrapping_add(1).cast::<u32>();
        // SAFETY: libbpf checked that it follows a type of such a kind.
        unsafe { *word }
    }

    /// The members of a struct or union.
    pub fn members(self, ty: &sys::btf_type) -> Vec<Member> {
        let has_bits = ty.info >> 31 == 1;
        self.entries::<3>(ty)
            .into_iter()
            .map(|[name, ty, offset]| Member {
                name: self.name_at(name),
                ty,
                bit_offset: if has_bits { offset & 0xff_ffff } else { offset },
                bits: Some(offset >> 24).filter(|bits| has_bits && *bits > 0),
            })
            .collect()
    }
}
