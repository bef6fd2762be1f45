//! The initramfs: test binaries, the libraries that they load, files that they read.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The test binaries that are worth running under another kernel: by package, and by the name of
/// the target (`*` at its end for any rest).
const WANTED: &[(&str, &str)] = &[
    ("mapgen-build", "facts"),
    ("mapgen-runtime", LIBRARY),
    ("mapgen-runtime", "gate_*"),
    ("mapgen-runtime", "kernel_*"),
    ("mapgen-tests", "generated"),
    ("mapgen-tests", "kinds"),
    ("mapgen-tests", "layouts"),
    ("mapgen-tests", "memory"),
    ("mapgen-tests", "records"),
    ("mapgen-tests", "upgrade"),
];

/// The tests beside the code.
const LIBRARY: &str = "mapgen_runtime";

/// Builds the tests as `cargo test --workspace` does, and returns those that are wanted: name and
/// binary. With names, only these; `arguments` are cargo's.
pub fn test_binaries(only: &[String], arguments: &[String]) -> io::Result<Vec<(String, PathBuf)>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--workspace", "--no-run", "--message-format=json"]);
    cargo.args(arguments);
    let asked = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
    for name in only {
        match name.as_str() {
            LIBRARY => cargo.arg("--lib"),
            name => cargo.args(["--test", name]),
        };
    }
    let output = cargo.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(io::Error::other("the tests do not build"));
    }
    let mut found = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let Some(binary) = message["executable"].as_str() else {
            continue;
        };
        if message["profile"]["test"] != true {
            continue;
        }
        let name = message["target"]["name"].as_str().unwrap_or_default();
        // `path+file:///…/mapgen-runtime#0.1.0`, or `…/tests#mapgen-tests@0.1.0`.
        let id = message["package_id"].as_str().unwrap_or_default();
        let package = id.rsplit(['/', '#']).find(|part| part.contains("mapgen"));
        let package = package.unwrap_or_default().split('@').next();
        let wanted = WANTED.iter().any(|(of, pattern)| {
            Some(*of) == package
                && match pattern.strip_suffix('*') {
                    Some(start) => name.starts_with(start),
                    None => name == *pattern,
                }
        });
        if wanted && asked(name) {
            found.push((name.to_owned(), PathBuf::from(binary)));
        }
    }
    Ok(found)
}

/// An initramfs as it grows, in a folder.
pub struct Image {
    root: PathBuf,
    libraries: BTreeSet<PathBuf>,
}

impl Image {
    /// An empty one, in a folder that is emptied first.
    pub fn new(root: PathBuf) -> io::Result<Self> {
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        for folder in [
            "dev", "proc", "sys", "tmp", "tests", "compiled", "bin", "modules", "etc",
        ] {
            fs::create_dir_all(root.join(folder))?;
        }
        symlink("bin", root.join("sbin"))?;
        Ok(Self {
            root,
            libraries: BTreeSet::new(),
        })
    }

    /// Adds a binary at a path, without its debug information, and what it loads.
    pub fn binary(&mut self, binary: &Path, to: &str) -> io::Result<()> {
        let target = self.root.join(to);
        run(Command::new("strip")
            .arg("-g")
            .arg("-o")
            .args([&target, binary]))?;
        let output = Command::new("ldd").arg(binary).output()?;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            // `libz.so.1 => /lib/…/libz.so.1 (0x…)`, or `/lib64/ld-linux-x86-64.so.2 (0x…)`.
            let path = line.split_whitespace().find(|word| word.starts_with('/'));
            if let Some(path) = path {
                self.library(Path::new(path))?;
            }
        }
        Ok(())
    }

    fn library(&mut self, path: &Path) -> io::Result<()> {
        if self.libraries.insert(path.to_owned()) {
            self.file(path, path)?;
        }
        Ok(())
    }

    /// Adds a file.
    pub fn file(&self, file: &Path, to: &Path) -> io::Result<()> {
        let target = self.root.join(to.strip_prefix("/").unwrap_or(to));
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(file, target)?;
        Ok(())
    }

    /// Adds a folder, at the path that it has here.
    pub fn folder(&self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.folder(&path)?;
            } else {
                self.file(&path, &path)?;
            }
        }
        Ok(())
    }

    /// Adds the modules of a kernel, instead of those of another.
    pub fn modules(&self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(self.root.join("modules"))? {
            fs::remove_file(entry?.path())?;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default();
            fs::copy(&path, self.root.join("modules").join(name))?;
        }
        Ok(())
    }

    /// Writes the archive.
    pub fn write(&self, to: &Path) -> io::Result<()> {
        let archive = fs::File::create(to)?;
        let mut cpio = Command::new("cpio")
            .args(["--quiet", "-o", "-H", "newc", "-R", "0:0"])
            .current_dir(&self.root)
            .stdin(Stdio::piped())
            .stdout(archive)
            .spawn()?;
        let find = Command::new("find")
            .arg(".")
            .current_dir(&self.root)
            .output()?;
        let mut names = cpio.stdin.take().expect("it is piped");
        io::Write::write_all(&mut names, &find.stdout)?;
        drop(names);
        match cpio.wait()?.success() {
            true => Ok(()),
            false => Err(io::Error::other("cpio failed")),
        }
    }
}

fn run(command: &mut Command) -> io::Result<()> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("{command:?} failed"))),
    }
}
