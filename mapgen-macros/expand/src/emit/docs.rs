//! Doc comments.

use mapgen_schema::{TypeId, ctext};
use proc_macro2::TokenStream;
use quote::quote;

use super::Cx;

impl Cx<'_> {
    /// The C definition of a type with its layout.
    pub(crate) fn type_doc(&self, id: TypeId) -> TokenStream {
        let name = ctext::name(self.schema, id);
        let text = format!(
            "`{name}`\n\n```c\n{}```",
            ctext::definition(self.schema, id)
        );
        quote!(#[doc = #text])
    }
}
