//! Tests of expansions. `tests/golden/build` makes the schemas out of C.

mod bits;
mod golden;
mod layouts;
mod newer;
mod reached;
mod variants;

use std::path::PathBuf;
use std::sync::Once;

use mapgen_schema::{Schema, text};

use crate::find::Env;

/// The folder of C sources, schemas and goldens.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden")
}

fn read(file: &str) -> String {
    let path = folder().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn schema(name: &str) -> Schema {
    text::read(&read(&format!("{name}.schema"))).expect("`mapgen schema` wrote it")
}

/// The goldens' schemas, by relative path, so that expansions name no machine's folders.
fn env() -> Env {
    static MOVED: Once = Once::new();
    MOVED.call_once(|| std::env::set_current_dir(folder()).expect("the folder is committed"));
    Env::in_directory(Some(PathBuf::new()))
}
