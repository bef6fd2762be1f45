//! Any C name that clang accepts gives Rust that compiles: objects that clang makes here,
//! bound by a user's crate.

use std::path::Path;
use std::process::{Command, Output};

use mapgen_test_support::{clang, compile, skipped};
use mapgen_tests::UserCrate;

/// Keywords of every edition that C allows as names, and the weak ones.
const KEYWORDS: &str = "abstract as async await become box crate dyn false final fn gen impl in \
    let loop macro match mod move mut override priv pub ref self super trait true try type unsafe \
    unsized use virtual where yield macro_rules raw safe union_ crate_ super_";

/// Names of the prelude, of crates, macros and primitive types.
const LANGUAGE: &str = "Option Some None Result Ok Err Vec String Box Clone Copy Debug Default \
    Drop Eq Hash Send Sync Sized From Into PartialEq Iterator FnMut u8 u16 u32 u64 u128 i32 usize \
    f32 str bool core std alloc bytemuck libc mapgen_runtime libbpf_rs ebpf_map println panic vec \
    assert include_bytes derive test";

/// What generated code has beside C's own names: its modules, types, generics, methods,
/// constants, fields and locals.
const GENERATED: &str = "types maps open open_file builder object OBJECT load loaded attach \
    programs open_maps open_programs binding handle data rodata bss kconfig license_ new zero \
    zeroed ZERO LAYOUT SPEC NAME KIND FLAGS get set with set_x x with_x x_mut from_x bits bytes \
    value key fmt eq clone cmp hash borrow deref fd other state error Error section links \
    accumulate a b d e f h t k v __pad_1 __pad1 __pad4 __bits0 __bits4 __union0 __storage \
    __borrowed __section __private __OBJECT_SPEC Aligned ALIGNED Vars RodataSection data_section \
    untyped unused";

/// Names that are odd by their characters.
const ODD: &str = "größe größe_ 日本 naïve été a$b a$b_ $ $1 _3com __3d x² 🐝 a🐝 Ⓐ";

/// Names that become one in Rust, as a type's or as a member's.
const ALIKE: &str = "_ __ ___ Self self_ foo_bar FooBar foo__bar _foo_bar Foo_bar FOO_BAR \
    foo_bar_variant maps_map data_section_";

fn every_name() -> impl Iterator<Item = &'static str> {
    [KEYWORDS, LANGUAGE, GENERATED, ODD, ALIKE]
        .into_iter()
        .flat_map(str::split_whitespace)
}

/// What of libbpf's headers is needed, with no name that a test may want.
const HEADER: &str = "typedef unsigned char __u8; typedef unsigned short __u16;\n\
    typedef unsigned int __u32; typedef unsigned long long __u64;\n\
    #define SEC(section_) __attribute__((section(section_), used))\n\
    #define MAP(map, TYPE) struct { int (*type)[1]; int (*max_entries)[8]; \
    __u32 *key; typeof(TYPE) *value; } map SEC(\".maps\")\n";

/// The object that clang makes of a source.
fn object(c: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let object = compiled(folder.path(), "object", c);
    std::fs::read(object).expect("clang wrote it")
}

fn compiled(folder: &Path, name: &str, c: &str) -> std::path::PathBuf {
    let flags = ["--target=bpf", "-g", "-w"];
    compile(folder, name, &format!("{HEADER}{c}"), &flags).expect("there is a clang")
}

/// A crate whose build script reads these objects, and whose library is this.
fn user(objects: &[(&str, Vec<u8>)], library: &str) -> UserCrate {
    let read: String = objects
        .iter()
        .map(|(name, _)| format!("Builder::object(\"{name}.bpf.o\").generate()?;\n"))
        .collect();
    let build = format!(
        "use mapgen_build::Builder;\nfn main() -> Result<(), mapgen_build::Error> {{\n\
         {read}Ok(())\n}}\n"
    );
    let library = format!("#![allow(warnings)] use mapgen_runtime::ebpf_map;\n{library}\n");
    let user = UserCrate::new(&[("build.rs", &build), ("src/lib.rs", &library)]);
    for (name, bytes) in objects {
        user.write(&format!("{name}.bpf.o"), bytes);
    }
    user
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn builds(user: &UserCrate) {
    let output = user.cargo(&["check", "-q"]);
    assert!(output.status.success(), "{}", errors(&output));
}

/// A module that binds an object, on one line.
struct Module<'a> {
    name: &'a str,
    renames: Vec<String>,
    items: Vec<String>,
}

impl Module<'_> {
    fn text(&self) -> String {
        let (name, renames) = (self.name, self.renames.join(", "));
        let items = self.items.join(" ");
        format!(
            "#[ebpf_map(object = \"{name}\", rename({renames}))] pub mod {name} {{ {items} }}\n"
        )
    }
}

/// What the errors say to write, by line of the library.
fn advice(errors: &str) -> Vec<(usize, String)> {
    let mut advice = None;
    let mut all = Vec::new();
    for line in errors.lines().map(str::trim) {
        if let Some((_, code)) = line
            .strip_prefix("help: ")
            .and_then(|help| help.split_once('`'))
        {
            advice = code.strip_suffix('`');
        }
        if let Some(place) = line.strip_prefix("--> src/lib.rs:") {
            let number = place
                .split(':')
                .next()
                .and_then(|number| number.parse().ok());
            all.extend(number.zip(advice.take().map(str::to_owned)));
        }
    }
    all
}

/// Binds objects, does what the errors say, and has no more errors: how many there were.
fn builds_by_advice(objects: &[(&str, Vec<u8>)]) -> usize {
    let mut modules: Vec<Module<'_>> = objects
        .iter()
        .map(|(name, _)| Module {
            name,
            renames: Vec::new(),
            items: Vec::new(),
        })
        .collect();
    let user = user(
        objects,
        &modules.iter().map(Module::text).collect::<String>(),
    );
    let output = user.cargo(&["check", "-q"]);
    let errors = errors(&output);
    let advice = advice(&errors);
    assert!(!advice.is_empty() || output.status.success(), "{errors}");
    for (line, code) in &advice {
        // The first line is the crate's own.
        let module = &mut modules[line - 2];
        match code
            .strip_prefix("rename(")
            .and_then(|code| code.strip_suffix(')'))
        {
            Some(renames) => module.renames.push(renames.to_owned()),
            None => module.items.push(code.clone()),
        }
    }
    let modules: String = modules.iter().map(Module::text).collect();
    user.write(
        "src/lib.rs",
        format!("#![allow(warnings)] use mapgen_runtime::ebpf_map;\n{modules}"),
    );
    builds(&user);
    advice.len()
}

#[test]
fn every_name_can_be_that_of_anything() {
    if clang().is_none() {
        return;
    }
    let mut c: [String; 10] = std::array::from_fn(|_| String::new());
    let [
        maps,
        variables,
        programs,
        structs,
        unions,
        enums,
        typedefs,
        ..,
    ] = &mut c;
    let mut members = [const { String::new() }; 5];
    for (number, name) in every_name().enumerate() {
        let bits = number % 7 + 1;
        *maps += &format!("MAP({name}, __u32);\n");
        *variables += &format!("__u32 {name} = {number}; const __u8 ro{number} = 1;\n");
        *programs += &format!("SEC(\"xdp\") int {name}(void *_c) {{ return {bits}; }}\n");
        *structs += &format!("struct {name} {{ __u8 {name}; __u32 zz : 3; }};\n");
        *structs += &format!("MAP(m{number}, struct {name});\n");
        *unions += &format!("union {name} {{ __u8 {name}; struct {{ __u32 a; }} zz; }};\n");
        *unions += &format!("MAP(m{number}, union {name});\n");
        *enums +=
            &format!("enum {name} {{ E_{number}, {name} }};\nMAP(m_{number}, enum {name});\n");
        *typedefs += &format!("typedef struct {{ __u32 a; struct {{ __u8 c; }} n; }} {name};\n");
        *typedefs += &format!("MAP(m_{number}, {name});\n");
        members[0] += &format!("__u8 {name}; __u32 after_{number};\n");
        members[1] += &format!("__u32 {name} : {bits};\n");
        members[2] += &format!("__u32 {name};\n");
        members[3] += &format!("union {{ __u16 un_{number}; struct {{ __u8 {name}; }}; }};\n");
        members[4] += &format!("{name} = {number},\n");
    }
    let tags = ["struct", "struct", "union", "struct", "enum"];
    let [.., in_structs, in_unions, enumerators] = &mut c;
    for (number, (tag, members)) in tags.into_iter().zip(members).enumerate() {
        let of = match number {
            0 | 1 => &mut *in_structs,
            2 | 3 => &mut *in_unions,
            _ => &mut *enumerators,
        };
        *of +=
            &format!("{tag} tag{number} {{\n{members}}};\nMAP(map{number}, {tag} tag{number});\n");
    }
    let names = [
        "maps_",
        "variables",
        "programs",
        "structs",
        "unions",
        "enums",
        "typedefs",
        "in_structs",
        "in_unions",
        "enumerators",
    ];
    let objects: Vec<(&str, Vec<u8>)> = names
        .into_iter()
        .zip(c.each_ref().map(|c| object(c)))
        .collect();
    // Where names become one, the error says what to write.
    assert!(builds_by_advice(&objects) > 50);
}

#[test]
fn an_object_file_can_have_any_name() {
    if clang().is_none() {
        return;
    }
    let bytes = object("MAP(conns, __u64);");
    let names = ["a-b", "a__b", "3d", "type", "größe", "a b", "a+b", "_"];
    let modules: String = names
        .iter()
        .enumerate()
        .map(|(n, name)| format!("#[ebpf_map(object = \"{name}\")] pub mod m{n} {{}}\n"))
        .collect();
    builds(&user(&names.map(|name| (name, bytes.clone())), &modules));
}

#[test]
fn a_name_may_be_longer_than_the_kernel_and_file_systems_take() {
    if clang().is_none() {
        return;
    }
    let long = "a".repeat(300);
    let bytes = object(&format!(
        "struct {long} {{ __u32 {long}; __u32 {long}b : 3; }};\nMAP({long}, struct {long});\n\
         SEC(\"xdp\") int p_{long}(void *ctx) {{ return 1; }}\n__u32 v_{long} = 1;\n"
    ));
    let library = "#[ebpf_map(object = \"long\")] pub mod long {}";
    builds(&user(&[("long", bytes)], library));
}

#[test]
fn an_anonymous_type_has_a_name_wherever_it_stands() {
    if clang().is_none() {
        return;
    }
    let bytes = object(
        "struct { int (*type)[12]; int (*max_entries)[1]; __u32 *key; struct { int (*type)[1]; \
         int (*max_entries)[1]; struct { __u32 k; } *key; struct { __u64 v; } *value; } *values[]; \
         } outer SEC(\".maps\");\n\
         struct a_b { __u32 a; };\n\
         struct a { struct { __u32 x; } b; enum { L1 } c; enum { L2 } d_; };\n\
         enum a_c { L3 }; struct ac_variant { enum a_c a; };\n\
         MAP(one, struct a); MAP(two, struct a_b); MAP(three, struct ac_variant);\n",
    );
    builds_by_advice(&[("anonymous", bytes)]);
}

/// Objects of these sources, linked into one by bpftool.
fn linked(sources: &[&str]) -> Option<Vec<u8>> {
    clang()?;
    let Some(bpftool) = ["bpftool", "/usr/sbin/bpftool"]
        .into_iter()
        .find(|bpftool| Command::new(bpftool).arg("version").output().is_ok())
    else {
        skipped("bpftool");
        return None;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = folder.path().join("all.o");
    let mut link = Command::new(bpftool);
    link.args(["gen", "object"]).arg(&all);
    for (number, source) in sources.iter().enumerate() {
        link.arg(compiled(folder.path(), &format!("part{number}"), source));
    }
    let output = link.output().expect("bpftool starts");
    assert!(output.status.success(), "{}", errors(&output));
    Some(std::fs::read(all).expect("bpftool wrote it"))
}

#[test]
fn one_name_for_a_struct_a_union_an_enum_and_a_typedef_is_settled_by_rename() {
    let Some(bytes) = linked(&[
        "struct foo { __u32 a; }; MAP(m1, struct foo);",
        "union foo { __u32 a; __u8 b; }; MAP(m2, union foo);",
        "enum foo { FOO_A }; MAP(m3, enum foo);",
        "typedef struct { __u32 c; } foo; MAP(m4, foo);",
    ]) else {
        return;
    };
    assert_eq!(builds_by_advice(&[("foo", bytes.clone())]), 1);

    let library = "#[ebpf_map(object = \"foo\", rename(\"union foo\" = \"U\", \"enum foo\" = \"E\", \
                   \"foo\" = \"T\"))] pub mod bound {}\n\
                   pub const ALL: (bound::types::Foo, bound::types::U, bound::types::E, \
                   bound::types::T) = (bound::types::Foo { a: 1 }, bound::types::U::ZERO, \
                   bound::types::E::FOO_A, bound::types::T { c: 1 });";
    builds(&user(&[("foo", bytes)], library));
}

#[test]
fn what_linked_objects_share_is_one_type() {
    let shared = "struct shared { __u32 a; struct { __u16 b; } in; union { __u8 c; __u16 d; }; \
                  enum kind { ONE } k; };";
    let parts = ["m1", "m2"].map(|map| format!("{shared} MAP({map}, struct shared);"));
    let Some(bytes) = linked(&parts.each_ref().map(String::as_str)) else {
        return;
    };
    let library = "#[ebpf_map(object = \"shared\")] pub mod bound {}\n\
                   pub fn same(maps: &bound::Maps) -> [&mapgen_runtime::HashMap<u32, \
                   bound::types::Shared>; 2] { [&maps.m1, &maps.m2] }";
    builds(&user(&[("shared", bytes)], library));
}

#[test]
fn one_name_with_two_definitions_in_linked_objects_shows_both() {
    let Some(bytes) = linked(&[
        "struct twin { __u32 a; }; MAP(m1, struct twin);",
        "struct twin { __u64 b; }; MAP(m2, struct twin);",
    ]) else {
        return;
    };
    let user = user(&[("twin", bytes)], "");
    let output = user.cargo(&["check", "-q"]);
    let errors = errors(&output);
    assert!(!output.status.success());
    for part in [
        "two types are called `struct twin`: rename one of them",
        "__u32 a;",
        "__u64 b;",
    ] {
        assert!(errors.contains(part), "{part}: {errors}");
    }
}
