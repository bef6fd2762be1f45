//! The objects that are named on the command line.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use mapgen_build::{Error, Object, Options};
use mapgen_schema::codes;

/// What the text of a schema begins with.
const SCHEMA: &[u8] = b"mapgen-schema ";

/// Reads an object, or the schema of one that `mapgen schema` wrote; `-` is standard input.
pub(crate) fn read(path: &Path, options: &Options) -> Result<Object, Error> {
    if path == Path::new("-") {
        return mapgen_build::read_object("/dev/stdin", options);
    }
    if path.is_dir() {
        return Err(Error::Read {
            path: path.to_owned(),
            source: io::Error::other("it is a folder: name the objects in it"),
        });
    }
    if is_schema(path) {
        return schema(path);
    }
    mapgen_build::read_object(path, options)
}

fn is_schema(path: &Path) -> bool {
    // Of a pipe the first bytes can be read only once.
    if !path.is_file() {
        return false;
    }
    let mut start = [0; SCHEMA.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == SCHEMA
}

fn schema(path: &Path) -> Result<Object, Error> {
    let text = fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let schema = mapgen_schema::text::read(&text).map_err(|error| {
        let what = format!("`{}`: {error}", path.display());
        Error::Usage(codes::schema_file, what)
    })?;
    Ok(Object::from(schema))
}
