//! `vmlinux.h`, from the BTF of a kernel.

use std::path::Path;

use crate::error::Error;

pub(crate) fn header(path: &Path) -> Result<String, Error> {
    Err(Error::Usage(format!("{} TODO", path.display())))
}
