//! The hook as the real pre-commit runs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org"])
        // The machine's own configuration has no say.
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}

fn done(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", all(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn all(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

fn pre_commit(folder: &Path, cache: &Path) -> Command {
    let mut command = Command::new("pre-commit");
    command
        .current_dir(folder)
        .env("PRE_COMMIT_HOME", cache)
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
}

/// A repository with the hooks, which is what pre-commit clones.
fn hooks(folder: &Path) -> String {
    fs::create_dir_all(folder.join("mapgen-build/cli")).unwrap();
    for file in [".pre-commit-hooks.yaml", "mapgen-build/cli/hook"] {
        fs::copy(Path::new(WORKSPACE).join(file), folder.join(file)).unwrap();
    }
    done(git(folder).args(["init", "-q"]));
    done(git(folder).args(["add", "."]));
    done(git(folder).args(["commit", "-qm", "Hooks"]));
    done(git(folder).args(["rev-parse", "HEAD"]))
}

fn source(entries: u32) -> String {
    format!(
        "#define SEC(name) __attribute__((section(name), used))\n\
         struct {{ int (*type)[2]; int (*max_entries)[{entries}]; int *key; long *value; }} \
         counts SEC(\".maps\");\n\
         char _license[] SEC(\"license\") = \"GPL\";\n"
    )
}

struct Project {
    folder: PathBuf,
    cache: PathBuf,
}

impl Project {
    /// With the hook installed.
    fn new(base: &Path, hook: &str) -> Self {
        let revision = hooks(&base.join("hooks"));
        let project = Self {
            folder: base.join("project"),
            cache: base.join("cache"),
        };
        fs::create_dir_all(project.folder.join("bpf")).unwrap();
        let config = format!(
            "repos:\n- repo: {}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n",
            base.join("hooks").display()
        );
        project.write(".pre-commit-config.yaml", &config);
        project.write(
            "mapgen.toml",
            "[min_entries]\ncounts = 8\n[[object]]\nsource = \"bpf/tiny.bpf.c\"\n",
        );
        done(git(&project.folder).args(["init", "-q"]));
        done(pre_commit(&project.folder, &project.cache).arg("install"));
        project
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.folder.join(file), text).unwrap();
    }

    fn commit(&self, message: &str) -> Output {
        let mapgen = Path::new(env!("CARGO_BIN_EXE_mapgen"));
        let path = std::env::var_os("PATH").unwrap();
        let folders = std::env::split_paths(&path).chain([mapgen.parent().unwrap().to_owned()]);
        done(git(&self.folder).args(["add", "."]));
        git(&self.folder)
            .args(["commit", "-qm", message])
            .env("PRE_COMMIT_HOME", &self.cache)
            .env("PATH", std::env::join_paths(folders).unwrap())
            // Not one that is built anew.
            .env("MAPGEN", mapgen)
            .output()
            .unwrap()
    }

    fn commits(&self) -> String {
        done(git(&self.folder).args(["rev-list", "--count", "HEAD"]))
    }
}

fn has_what_it_takes() -> bool {
    let there = |program: &str| {
        let run = Command::new(program).arg("--version").output();
        run.is_ok_and(|output| output.status.success())
    };
    if there("pre-commit") && there("git") {
        return mapgen_test_support::clang().is_some();
    }
    mapgen_test_support::skipped("git and pre-commit on the path (`./run test` installs it)");
    false
}

#[test]
fn a_commit_that_breaks_the_policy_is_refused_with_the_finding() {
    if !has_what_it_takes() {
        return;
    }
    for hook in ["mapgen-check", "mapgen-check-system"] {
        let base = tempfile::tempdir().unwrap();
        let project = Project::new(base.path(), hook);
        project.write("bpf/tiny.bpf.c", &source(8));
        let good = project.commit("Count");
        assert!(good.status.success(), "{hook}: {}", all(&good));

        project.write("bpf/tiny.bpf.c", &source(4));
        let bad = project.commit("Count less");
        assert!(!bad.status.success(), "{hook}: {}", all(&bad));
        let said = all(&bad);
        for part in [
            "mapgen check",
            "error[M0100]: map `counts`: `max_entries` is 4, `min_entries` is 8",
            " --> mapgen.toml:2:1",
        ] {
            assert!(said.contains(part), "{hook}: {part} in\n{said}");
        }
        assert_eq!(project.commits(), "1");

        // What it has no say in.
        project.write("bpf/tiny.bpf.c", &source(8));
        project.write("notes.txt", "nothing of C");
        let other = project.commit("Take notes");
        assert!(all(&other).contains("Skipped"), "{}", all(&other));
    }
}

#[test]
fn the_list_of_hooks_is_what_pre_commit_takes() {
    if !has_what_it_takes() {
        return;
    }
    let base = tempfile::tempdir().unwrap();
    let list = Path::new(WORKSPACE).join(".pre-commit-hooks.yaml");
    done(
        pre_commit(base.path(), &base.path().join("cache"))
            .arg("validate-manifest")
            .arg(list),
    );
}
