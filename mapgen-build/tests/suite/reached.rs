//! What of C reaches a schema, and what is said of what does not.

use std::process::Command;

use mapgen_schema::text;

use crate::clang;

#[test]
fn the_line_that_keeps_a_type_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let types = "#include \"bpf.h\"
        struct lost_struct { int a; };
        union lost_union { int a; long b; };
        enum lost_enum { LOST };
        typedef struct { int a; } lost_typedef;
        typedef int lost_number;
        int kept;\n";
    let lost = [
        "struct lost_struct",
        "union lost_union",
        "enum lost_enum",
        "lost_typedef",
        "lost_number",
    ];
    for wanted in lost {
        let mut options = mapgen_build::Options::default();
        options.types = vec![wanted.to_owned()];
        let Some(object) = clang::compile(folder.path(), "lost", types, clang::LITTLE) else {
            return;
        };
        let error = mapgen_build::read(&object, &options)
            .unwrap_err()
            .to_string();
        let (_, line) = error.split_once("add `").expect("a line of C");
        let (line, _) = line.split_once('`').unwrap();

        let source = format!("{types}{line}\n");
        let object = clang::compile(folder.path(), "kept", &source, clang::LITTLE).unwrap();
        let schema = mapgen_build::read(&object, &options).unwrap();
        assert_eq!(schema.requested.len(), 1, "{wanted}: {line}");
    }
}

/// The schemas of all samples, without the folder in which they stand.
fn schemas() -> String {
    ["el", "eb"]
        .into_iter()
        .flat_map(clang::sample_objects)
        .map(|object| {
            let mut schema = mapgen_build::read(&object, &Default::default()).unwrap();
            schema.path = None;
            text::write(&schema)
        })
        .collect()
}

#[test]
fn the_same_object_gives_the_same_schema_in_every_process() {
    const CHILD: &str = "MAPGEN_TEST_PRINT_SCHEMAS";
    if std::env::var_os(CHILD).is_some() {
        println!("{}", schemas());
        return;
    }
    let ours = schemas();
    for _ in 0..3 {
        // Each thread and each process has hash seeds of its own.
        assert!(std::thread::spawn(schemas).join().unwrap() == ours);
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("reached::the_same_object_gives_the_same_schema_in_every_process")
            .env(CHILD, "")
            .output()
            .unwrap();
        let said = String::from_utf8(child.stdout).unwrap();
        assert!(
            said.contains(&ours),
            "the schemas of another process differ"
        );
    }
}
