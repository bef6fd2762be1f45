//! The lock on disk.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use mapgen_schema::codes;

use crate::error::Error;

/// A thousand pinned maps have less.
const MAX_SIZE: u64 = 16 << 20;
/// How often somebody else's update is waited for, and for how long.
const WAITS: u32 = 100;
const WAIT: Duration = Duration::from_millis(100);

/// The text of a file, `None` where there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    let failed = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut text = String::new();
    let read = file.take(MAX_SIZE + 1).read_to_string(&mut text);
    let size = read.map_err(failed)?;
    if size as u64 > MAX_SIZE {
        let error = format!("it has more than {} MiB, as no layout lock", MAX_SIZE >> 20);
        return Err(failed(io::Error::new(io::ErrorKind::InvalidData, error)));
    }
    Ok(Some(text))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    update(path, |_| Ok((Some(text.to_owned()), ())))
}

/// Replaces a file in one step by what `change` makes of its text. Of several builds that
/// share the file one at a time gets here: what it writes into is there for one only.
pub(super) fn update<T>(
    path: &Path,
    change: impl FnOnce(Option<&str>) -> Result<(Option<String>, T), Error>,
) -> Result<T, Error> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = New::create(path.with_file_name(name))?;
    let before = read(path)?;
    let (text, done) = change(before.as_deref())?;
    if let Some(text) = text {
        new.replace(path, &text)?;
    }
    Ok(done)
}

/// The file that is to replace another; taken away again unless it does.
struct New {
    path: PathBuf,
    file: fs::File,
    placed: bool,
}

impl New {
    fn create(path: PathBuf) -> Result<Self, Error> {
        let mut waited = 0;
        loop {
            let created = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path);
            match created {
                Ok(file) => {
                    return Ok(Self {
                        path,
                        file,
                        placed: false,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && waited < WAITS => {
                    waited += 1;
                    std::thread::sleep(WAIT);
                }
                Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {
                    return Err(Error::Usage(
                        codes::usage,
                        format!(
                            "`{}` exists: another build is writing the layout lock, or died doing \
                         so; remove it when no other runs",
                            path.display()
                        ),
                    ));
                }
                Err(source) => return Err(Error::Write { path, source }),
            }
        }
    }

    fn replace(mut self, path: &Path, text: &str) -> Result<(), Error> {
        let written = self.file.write_all(text.as_bytes());
        let written = written.and_then(|()| self.file.sync_all());
        written
            .and_then(|()| fs::rename(&self.path, path))
            .map_err(|source| Error::Write {
                path: path.to_owned(),
                source,
            })?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for New {
    fn drop(&mut self) {
        if !self.placed {
            // Nothing but this would have written it.
            let _ = fs::remove_file(&self.path);
        }
    }
}
