//! Directories of pins.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The directory of a pin, when it was made for it: taken away again unless kept.
#[derive(Debug)]
pub(super) struct Directory(Option<PathBuf>);

impl Directory {
    /// Makes the last directory of a path where it is missing, as libbpf would when it
    /// pins (`make_parent_dir`), which then says what is wrong where that is impossible.
    pub(super) fn of(path: &Path) -> Self {
        let directory = path.parent().filter(|directory| {
            let mut builder = std::fs::DirBuilder::new();
            builder.mode(0o700).create(directory).is_ok()
        });
        Self(directory.map(Path::to_owned))
    }

    /// Leaves it there.
    pub(super) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if let Some(directory) = &self.0 {
            // Somebody else may have put something into it.
            let _ = std::fs::remove_dir(directory);
        }
    }
}
