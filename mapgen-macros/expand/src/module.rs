//! `#[ebpf_map(object = "…")]` on a module: a whole object.

use std::collections::BTreeMap;

use mapgen_schema::codes::Code;
use mapgen_schema::names::{self, TypeNames};
use mapgen_schema::{Map, Schema, Type, TypeId, codes, ctext};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemMod, ItemStruct, LitStr};

use crate::args::{Args, Place, is_ours, objects};
use crate::bind::{bind, bind_default, find_type, map_of, maps_of, without_ours};
use crate::emit::handles::{Bound, HandleKind};
use crate::emit::sections;
use crate::emit::types::reached;
use crate::emit::{Cx, ident};
use crate::find::{Env, Found};
use crate::newer;
use crate::report::Report;
use crate::shared;

/// Names that the module itself has.
const RESERVED: [&str; 7] = [
    "Builder",
    "Loaded",
    "Maps",
    "Open",
    "OpenMaps",
    "OpenPrograms",
    "Programs",
];

/// Expands the attribute on a module.
pub(crate) fn expand(args: TokenStream, mut module: ItemMod, env: &Env) -> TokenStream {
    let mut report = Report::default();
    let args = Args::parse(args, Place::Module, &mut report);
    let Some((_, items)) = module.content.take() else {
        report.on(
            codes::module_body,
            &module,
            "write the module's body here, in braces: `pub mod flow { … }`",
        );
        let errors = report.into_tokens();
        return quote!(#module #errors);
    };
    let mut items = split(items);
    let generated = generate(&args, &mut items, env, &mut report);
    let Items {
        refinements,
        mut others,
    } = items;
    let errors = (!report.is_empty()).then(|| report.into_tokens());
    let body = match (generated, &errors) {
        (Some(generated), None) => generated,
        // So that what uses the handles does not fail as well.
        _ => {
            others.extend(refinements.into_iter().map(|mut item| {
                without_ours(&mut item.attrs);
                Item::Struct(item)
            }));
            TokenStream::new()
        }
    };
    let ItemMod {
        attrs,
        vis,
        unsafety,
        mod_token,
        ident,
        ..
    } = module;
    quote! {
        #(#attrs)*
        #vis #unsafety #mod_token #ident {
            #(#others)*
            #body
        }
        #errors
    }
}

/// What stands in the module.
struct Items {
    /// Structs that refine a map.
    refinements: Vec<ItemStruct>,
    /// Everything else, which stays as it is.
    others: Vec<Item>,
}

impl Items {
    /// Takes `struct Conns;`, which refines nothing and would collide with the handle
    /// that a map gets by default: it is where that handle stands.
    fn take_bare(&mut self, name: &str) -> Option<&ItemStruct> {
        let index = self.others.iter().position(|item| {
            matches!(item, Item::Struct(item)
                if item.ident == name && matches!(item.fields, syn::Fields::Unit))
        })?;
        if let Item::Struct(item) = self.others.remove(index) {
            self.refinements.push(item);
        }
        self.refinements.last()
    }

    /// The name of an item that would collide with a handle.
    fn collides(&self, name: &str) -> Option<&syn::Ident> {
        self.others.iter().find_map(|item| {
            let ident = match item {
                Item::Struct(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Union(item) => &item.ident,
                Item::Type(item) => &item.ident,
                Item::Trait(item) => &item.ident,
                _ => return None,
            };
            (ident == name).then_some(ident)
        })
    }
}

fn split(items: Vec<Item>) -> Items {
    let mut refinements = Vec::new();
    let mut others = Vec::new();
    for item in items {
        match item {
            Item::Struct(item) if refines(&item) => refinements.push(item),
            other => others.push(other),
        }
    }
    Items {
        refinements,
        others,
    }
}

/// Whether a struct refines a map of the module; with an object of its own it is
/// expanded by itself.
fn refines(item: &ItemStruct) -> bool {
    let mut ours = item.attrs.iter().filter(|attr| is_ours(attr)).peekable();
    ours.peek().is_some()
        && !ours.any(|attr| match &attr.meta {
            syn::Meta::List(list) => list.tokens.clone().into_iter().any(|token| {
                matches!(token, proc_macro2::TokenTree::Ident(ident)
                    if ident == "object" || ident == "ctype")
            }),
            _ => false,
        })
}

fn generate(args: &Args, items: &mut Items, env: &Env, report: &mut Report) -> Option<TokenStream> {
    let names = objects(args, report);
    let object = names.first()?;
    let loaded: Vec<Option<Found>> = names.iter().map(|name| env.load(name, report)).collect();
    let mut found: Vec<Found> = loaded.into_iter().collect::<Option<_>>()?;
    let others = found.split_off(1);
    let mut found = found.pop()?;
    let mut tokens: TokenStream = tracked(&found);
    tokens.extend(others.iter().map(tracked));
    let own = found.schema.clone();
    if !others.is_empty() {
        shared::keep_common(&mut found.schema, &others, names, report);
    }
    let schema = &found.schema;
    let bound = maps(schema, object, args, items, report);
    newer::of_module(schema, &bound, object, report);
    let cx = context(schema, object, args, &bound, report);
    shared::check_types(&cx, &own, &others, names, report);
    let taken = cx
        .emitted
        .iter()
        .map(|&id| cx.type_ident(id).to_string())
        .collect();
    let sections = sections::bind(&schema.sections, &taken);
    let (mut types, problems) = cx.types();
    for problem in problems {
        report.on(codes::damaged_schema, object, problem);
    }
    for section in &sections {
        match cx.section_type(section) {
            Ok(tokens) => types.extend(tokens),
            Err(problem) => report.on(codes::damaged_schema, object, problem),
        }
    }
    if !report.is_empty() {
        return None;
    }
    let handles = bound.iter().map(|bound| cx.handle(bound));
    let warnings = bound
        .iter()
        .flat_map(|bound| [untyped(&cx, bound, object), forgetful(&cx, bound, object)])
        .flatten()
        .collect::<TokenStream>();
    let checks = cx.extern_checks();
    // libbpf has no inner map of these names.
    let outer: Vec<&Bound<'_>> = bound
        .iter()
        .filter(|bound| schema.map(&bound.map.name).is_some())
        .collect();
    let maps = cx.maps(&outer);
    // Several objects are opened one by one, each by its own bindings.
    let entries = others
        .is_empty()
        .then(|| cx.object(&found, &outer, &sections));
    let types_doc = format!("The C types of object `{}`.", schema.name);
    Some(quote! {
        #tokens

        #[doc = #types_doc]
        pub mod types {
            #types
        }

        #checks
        #(#handles)*
        #maps
        #entries
        #warnings
    })
}

/// Makes rustc read the schema, so that a change in it rebuilds the user's crate.
pub(crate) fn tracked(found: &Found) -> TokenStream {
    let path = &found.path;
    quote! {
        const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
    }
}

fn maps<'a>(
    schema: &'a Schema,
    object: &LitStr,
    args: &Args,
    items: &mut Items,
    report: &mut Report,
) -> Vec<Bound<'a>> {
    let mut by_map: BTreeMap<&str, Bound<'a>> = BTreeMap::new();
    for item in &items.refinements {
        let refined = Args::of_attributes(&item.attrs, Place::Refinement, report);
        let Some(map) = map_of(schema, &refined, &item.ident, handle_name, report) else {
            continue;
        };
        let bound = bind(schema, map, &refined, item, report);
        if let Some(first) = by_map.insert(&map.name, bound) {
            report.on(
                codes::bound_twice,
                &item.ident,
                format!("map `{}` is already bound as `{}`", map.name, first.ident),
            );
        }
    }
    let sound = report.is_empty();
    let mut taken: BTreeMap<String, String> = by_map
        .values()
        .map(|bound| (bound.ident.to_string(), bound.map.name.clone()))
        .collect();
    let mut all = Vec::new();
    for map in maps_of(schema) {
        if let Some(bound) = by_map.remove(map.name.as_str()) {
            all.push(bound);
            continue;
        }
        let outer = outer_of(&mut all, map);
        if args.only_declared && outer.is_none() {
            continue;
        }
        let name = handle_name(map);
        if let Some(other) = taken.get(&name).cloned() {
            // What is wrong with the refinements may be the reason.
            if !sound {
                continue;
            }
            let free = free_handle(&name, schema, &taken);
            report.on(
                codes::one_rust_name,
                object,
                format!(
                    "maps `{other}` and `{}` would take one Rust name, `{name}`\n\
                     help: name one in the module: `#[ebpf_map(name = \"{}\")] pub struct {free};`",
                    map.name, map.name
                ),
            );
            taken.insert(free, map.name.clone());
            continue;
        }
        taken.insert(name.clone(), map.name.clone());
        if let Some(item) = items.take_bare(&name) {
            let refined = Args::of_attributes(&item.attrs, Place::Refinement, report);
            all.push(bind(schema, map, &refined, item, report));
            continue;
        }
        if let Some(other) = items.collides(&name) {
            report.on(
                codes::one_rust_name,
                other,
                format!(
                    "`{name}` is the handle of map `{}`\n\
                     help: name this item otherwise, or the handle: `#[ebpf_map(name = \"{}\")] \
                     pub struct {name}2;`",
                    map.name, map.name
                ),
            );
            continue;
        }
        let vis = outer.map_or(quote!(pub), |outer| outer.vis.clone());
        all.push(bind_default(schema, map, ident(&name), vis));
    }
    for at in 0..all.len() {
        let (ident, map) = (all[at].ident.clone(), all[at].map);
        if let Some(outer) = outer_of(&mut all, map) {
            outer.inner = Some(ident);
        }
    }
    all
}

/// The map of maps that declares an inner map.
fn outer_of<'a, 'b>(all: &'b mut [Bound<'a>], inner: &Map) -> Option<&'b mut Bound<'a>> {
    all.iter_mut().find(|bound| {
        let declared = bound.map.inner.as_deref();
        declared.is_some_and(|declared| std::ptr::eq(declared, inner))
    })
}

/// The name that a map's handle has by default.
fn handle_name(map: &Map) -> String {
    let mut name = names::type_name(&map.name);
    if RESERVED.contains(&name.as_str()) {
        name.push_str("Map");
    }
    name
}

/// A name for a handle that no other has or would have.
fn free_handle(name: &str, schema: &Schema, taken: &BTreeMap<String, String>) -> String {
    (2_u64..)
        .map(|number| format!("{name}{number}"))
        .find(|free| {
            !taken.contains_key(free) && !schema.maps.iter().any(|map| handle_name(map) == *free)
        })
        .unwrap_or_default()
}

fn context<'a>(
    schema: &'a Schema,
    object: &LitStr,
    args: &Args,
    bound: &[Bound<'_>],
    report: &mut Report,
) -> Cx<'a> {
    let mut renames = Vec::new();
    for (ctype, name) in &args.rename {
        let found = find_type(schema, ctype, report);
        if syn::parse_str::<syn::Ident>(&name.value()).is_err() {
            report.on(
                codes::rust_name,
                name,
                format!("`{}` is no Rust name", name.value()),
            );
            continue;
        }
        let Some(id) = found.map(|id| names::named_by(schema, id)) else {
            continue;
        };
        if matches!(schema.ty(id), Type::Composite(_) | Type::Enum(_)) {
            renames.push((id, name.value()));
        } else {
            report.on(
                codes::nothing_to_rename,
                ctype,
                format!("`{}` has no Rust type of its own", ctype.value()),
            );
        }
    }
    let mut externs = BTreeMap::new();
    for (ctype, path) in &args.extern_type {
        if let Some(id) = find_type(schema, ctype, report) {
            externs.insert(schema.resolved_id(id), path.clone());
        }
    }
    let mut derives: BTreeMap<TypeId, Vec<syn::Path>> = BTreeMap::new();
    for (ctype, paths) in &args.derive {
        let Some(id) = find_type(schema, ctype, report) else {
            continue;
        };
        // A derive asks the same of every member, and some have no name to ask by.
        for id in reached(schema, [id]) {
            let derives = derives.entry(id).or_default();
            for path in paths {
                let spelled = quote!(#path).to_string();
                if !derives
                    .iter()
                    .any(|derive| quote!(#derive).to_string() == spelled)
                {
                    derives.push(path.clone());
                }
            }
        }
    }
    let roots = bound
        .iter()
        .flat_map(Bound::roots)
        .chain(schema.requested.iter().copied());
    let vars = schema
        .sections
        .iter()
        .flat_map(|section| section.vars.iter().map(|var| var.ty));
    let cx = Cx::without_types(schema, args.runtime()).with_types(
        TypeNames::new(schema, &renames),
        reached(schema, roots.chain(vars)),
        externs,
        derives,
    );
    for collision in cx.collisions() {
        report.on(codes::one_rust_name, object, collision);
    }
    cx
}

/// A warning on a map that could have types and has none.
fn untyped(cx: &Cx<'_>, bound: &Bound<'_>, object: &LitStr) -> Option<TokenStream> {
    if bound.handle_kind() != HandleKind::Raw || HandleKind::of(bound.map.kind) == HandleKind::Raw {
        return None;
    }
    let (map, handle) = (&bound.map.name, &bound.ident);
    let record = likely_record(cx.schema, map);
    let note = if matches!(HandleKind::of(bound.map.kind), HandleKind::Records(_)) {
        format!(
            "map `{map}` of object `{}` does not say what its records are, so `{handle}` reads \
             bytes (`RawMap`)\n\
             in Rust: #[ebpf_map(name = \"{map}\", value = \"struct {record}\")] \
             pub struct {handle};\n\
             in C, if BTF lacks the type: {}",
            cx.schema.name,
            ctext::keeping(&format!("struct {record}"))
        )
    } else if map_sizes_at_run_time(bound.map) {
        at_run_time(cx.schema, bound)
    } else {
        let kind = HandleKind::of(bound.map.kind);
        let mut c = Vec::new();
        let mut rust = Vec::new();
        if kind.needs_key() && !bound.key.is_typed() {
            c.push("__type(key, …);");
            rust.push("key = …");
        }
        if kind.needs_value() {
            c.push("__type(value, …);");
            rust.push("value = …");
        }
        if kind.needs_inner() && bound.inner.is_none() {
            c.push("__array(values, struct …);");
            rust.push("value = …");
        }
        let (c, rust) = (c.join(" "), rust.join(", "));
        format!(
            "map `{map}` of object `{}` has sizes and no types, so `{handle}` reads bytes \
             (`RawMap`)\n\
             in C: {c}\n\
             in Rust: #[ebpf_map(name = \"{map}\", {rust})] pub struct {handle};",
            cx.schema.name
        )
    };
    Some(warning(codes::untyped_map, bound, object, "UNTYPED", &note))
}

/// A warning on an LRU map that forgets entries before it holds as many as are promised,
/// on any machine: each CPU keeps up to 128 free ones to itself
/// (`LOCAL_FREE_TARGET` in kernel/bpf/bpf_lru_list.c).
fn forgetful(cx: &Cx<'_>, bound: &Bound<'_>, object: &LitStr) -> Option<TokenStream> {
    const NO_COMMON_LRU: u32 = 1 << 1;
    let map = bound.map;
    let live = bound.declared.live_entries;
    let (reserve, more) = if map.map_flags & NO_COMMON_LRU == 0 {
        (128, "128 more for each CPU that the machine may have")
    } else {
        (1, "one more, times the CPUs that the machine may have")
    };
    let enough = map.max_entries >= live.saturating_add(reserve);
    if live == 0 || map.max_entries == 0 || enough {
        return None;
    }
    let note = format!(
        "map `{}` of object `{}` forgets entries before it holds the {live} that are promised: \
         it takes {more}\n\
         in C: __uint(max_entries, …);\n\
         in Rust: `set_max_entries` before the load, which says how many are needed",
        map.name, cx.schema.name
    );
    Some(warning(
        codes::forgetful_map,
        bound,
        object,
        "FORGETFUL",
        &note,
    ))
}

/// A warning on a map.
fn warning(code: Code, bound: &Bound<'_>, object: &LitStr, name: &str, note: &str) -> TokenStream {
    let note = code.on(note);
    // A handle that the user did not write has no token of its own.
    let span = if bound.mentioned {
        bound.ident.span()
    } else {
        object.span()
    };
    let used = syn::Ident::new(name, crate::emit::located(span));
    let name = ident(name);
    let cfgs = &bound.cfgs;
    quote! {
        #(#cfgs)*
        const _: () = {
            #[deprecated(note = #note)]
            const #name: () = ();
            #used
        };
    }
}

/// Whether the size of its keys or values is set before the load.
fn map_sizes_at_run_time(map: &mapgen_schema::Map) -> bool {
    map.key_at_run_time() || map.value_at_run_time()
}

/// The warning on a map that leaves sizes to run time, with both fixes.
fn at_run_time(schema: &Schema, bound: &Bound<'_>) -> String {
    let (map, handle) = (bound.map, &bound.ident);
    let left = |all: [&str; 2]| {
        let [key, value] = all;
        match (map.key_at_run_time(), map.value_at_run_time()) {
            (true, true) => all.join(" "),
            (true, false) => key.to_owned(),
            (false, _) => value.to_owned(),
        }
    };
    let name = &map.name;
    let member = names::ident(name);
    format!(
        "map `{name}` of object `{}` leaves sizes to run time, so `{handle}` reads bytes \
         (`RawMap`), and loads only once they are set\n\
         in C: {}\n\
         in Rust: {}",
        schema.name,
        left(["__type(key, …);", "__type(value, …);"]),
        left([
            &format!("open.maps().{member}.libbpf().set_key_size(…)?;"),
            &format!("open.maps().{member}.libbpf().set_value_size(…)?;"),
        ]),
    )
}

/// The struct that a ring buffer of this name most likely carries.
fn likely_record<'a>(schema: &'a Schema, map: &str) -> &'a str {
    let structs = schema.types.iter().filter_map(|ty| match ty {
        Type::Composite(composite) if !composite.union => composite.name.as_deref(),
        _ => None,
    });
    names::nearest(map, structs)
        .first()
        .copied()
        .filter(|name| names::is_near(map, name))
        .unwrap_or("event")
}
