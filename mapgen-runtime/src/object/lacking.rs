//! What the running kernel lacks of an object, by asking the kernel.
//!
//! Kinds of maps and types of programs are tried before anything is loaded, those that a
//! kernel in use may lack, once in a process. Helpers are not: a call that is guarded (by a
//! constant in `.rodata`, by CO-RE) loads where the helper is missing, and which calls are
//! guarded only the verifier can tell. Where it refuses one, nothing has been loaded either.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use libbpf_rs::{OpenObject, ProgramType};

use super::{Open, errno, raw};
use crate::error::{Error, Result};
use crate::gate::shape::Shape;
use crate::map::kind_since;
use crate::spec::MapKind;

/// What was asked for, and whether the kernel has it.
static ANSWERS: LazyLock<Mutex<HashMap<raw::Probe, bool>>> = LazyLock::new(Mutex::default);

/// Whether the kernel has something; `None` when it does not say so clearly, which is not
/// remembered.
fn has(probe: raw::Probe) -> Option<bool> {
    let known = |map: &HashMap<_, _>| map.get(&probe).copied();
    if let Some(answer) = known(&ANSWERS.lock().unwrap_or_else(PoisonError::into_inner)) {
        return Some(answer);
    }
    let answer = probe.ask()?;
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    answers.insert(probe, answer);
    Some(answer)
}

/// Leaves out the optional maps that the kernel lacks the kind of, and fails for others.
pub(super) fn maps(open: &Open) -> Result<()> {
    let maps = raw::Object::of(&open.object).maps();
    for (index, map) in maps.into_iter().enumerate() {
        if !map.autocreate() || map.fd().is_some() {
            continue;
        }
        let Some((what, since)) = kind_lacking(map.shape()) else {
            continue;
        };
        let bound = open.maps.iter().position(|bound| *bound == Some(index));
        if bound.is_some_and(|position| open.spec.maps[position].optional) {
            map.set_autocreate(false)
                .map_err(|e| errno("load", &map.name(), e, ""))?;
            continue;
        }
        return Err(Error::Unsupported {
            what: format!("{what} (map `{}`)", map.name()).into(),
            since,
        });
    }
    Ok(())
}

/// The kind of a map that the kernel lacks, and since when kernels have it.
fn kind_lacking(shape: Shape) -> Option<(String, &'static str)> {
    /// `BPF_F_LINK`: a link attaches it.
    const LINK: u32 = 1 << 13;
    let kind = shape.kind;
    let since = kind_since(kind)?;
    let probe = match kind {
        MapKind::StructOps => raw::Probe::StructOps(0),
        _ => raw::Probe::Map(kind.number()),
    };
    if has(probe) == Some(false) {
        return Some((format!("maps of type `{kind}`"), since));
    }
    let linked = kind == MapKind::StructOps && shape.map_flags & LINK != 0;
    (linked && has(raw::Probe::StructOps(LINK)) == Some(false))
        .then(|| (format!("links of maps of type `{kind}`"), "6.4"))
}

/// Fails when a program that is to be loaded is of a type that the kernel lacks.
pub(super) fn programs(object: &OpenObject) -> Result<()> {
    for program in object.progs().filter(|program| program.autoload()) {
        let kind = program.prog_type();
        let Some((name, since)) = type_since(kind) else {
            continue;
        };
        if has(raw::Probe::Program(kind as u32)) == Some(false) {
            let program = program.name().to_string_lossy();
            return Err(Error::Unsupported {
                what: format!("programs of type `{name}` (program `{program}`)").into(),
                since,
            });
        }
    }
    Ok(())
}

/// The types whose absence the kernel says clearly. (It answers a probe for tracing
/// programs in ways that depend on what else it has.)
fn type_since(kind: ProgramType) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        ProgramType::CgroupSysctl => ("cgroup_sysctl", "5.2"),
        ProgramType::RawTracepointWritable => ("raw_tracepoint_writable", "5.2"),
        ProgramType::CgroupSockopt => ("cgroup_sockopt", "5.3"),
        ProgramType::SkLookup => ("sk_lookup", "5.9"),
        ProgramType::Syscall => ("syscall", "5.14"),
        ProgramType::Netfilter => ("netfilter", "6.4"),
        _ => return None,
    })
}

/// The helper that the verifier said it does not know.
pub(super) fn helper(said: &str) -> Option<Error> {
    // `check_helper_call` in kernel/bpf/verifier.c, of a number beyond its last.
    let (before, after) = said.split_once("invalid func unknown#")?;
    let digits = after.find(|c: char| !c.is_ascii_digit());
    let number: u32 = after[..digits.unwrap_or(after.len())].parse().ok()?;
    let since = helper_since(number)?;
    // libbpf: "prog 'on_packet': -- BEGIN PROG LOAD LOG --".
    let program = before
        .rsplit_once("prog '")
        .and_then(|(_, rest)| rest.split_once('\''));
    let of = program.map_or_else(String::new, |(name, _)| format!(" (program `{name}`)"));
    Some(Error::Unsupported {
        what: format!("helper {number} of `enum bpf_func_id`{of}").into(),
        since,
    })
}

/// The release that brought a helper: they are numbered in the order of their coming.
fn helper_since(number: u32) -> Option<&'static str> {
    /// The last helper of each release.
    const LAST: [(u32, &str); 23] = [
        (64, "4.17"),
        (80, "4.18"),
        (83, "4.19"),
        (90, "4.20"),
        (92, "5.0"),
        (98, "5.1"),
        (108, "5.2"),
        (110, "5.3"),
        (115, "5.5"),
        (119, "5.6"),
        (124, "5.7"),
        (135, "5.8"),
        (141, "5.9"),
        (155, "5.10"),
        (162, "5.11"),
        (163, "5.12"),
        (165, "5.13"),
        (168, "5.14"),
        (175, "5.15"),
        (179, "5.16"),
        (185, "5.17"),
        (193, "5.18"),
        (203, "5.19"),
    ];
    match number {
        0 => None,
        204..=207 => Some("6.0"),
        208..=209 => Some("6.1"),
        210..=211 => Some("6.2"),
        212.. => None,
        number => LAST
            .iter()
            .find(|(last, _)| number <= *last)
            .map(|(_, since)| *since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Linux 6.18 says of helper 9999, with another number.
    fn said(number: u32) -> String {
        format!(
            "libbpf: prog 'on_packet': BPF program load failed: -EINVAL\n\
             libbpf: prog 'on_packet': -- BEGIN PROG LOAD LOG --\n\
             0: R1=ctx() R10=fp0\n\
             0: (85) call unknown#{number}\n\
             invalid func unknown#{number}\n\
             -- END PROG LOAD LOG --\n"
        )
    }

    #[test]
    fn a_helper_that_the_verifier_does_not_know_is_named_with_its_release() {
        assert_eq!(
            helper(&said(208)).unwrap().to_string(),
            "the running kernel lacks helper 208 of `enum bpf_func_id` (program `on_packet`): \
             it is there since 6.1"
        );
        assert_eq!(helper(&said(9999)), None);
        assert_eq!(helper("invalid mem access"), None);
    }

    #[test]
    fn what_the_kernel_does_not_say_clearly_is_not_remembered() {
        let probe = raw::Probe::Program(9999);
        assert_eq!(has(probe), None);
        assert!(!ANSWERS.lock().unwrap().contains_key(&probe));
    }
}
