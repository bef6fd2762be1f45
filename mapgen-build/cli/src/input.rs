//! The objects that are named on the command line.

use std::io;
use std::path::Path;

use mapgen_build::{Error, Object, Options};

/// Reads an object; `-` is standard input.
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
    mapgen_build::read_object(path, options)
}
