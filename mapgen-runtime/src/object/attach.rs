//! Gate attach: every map that a program can reach has passed the load gate.

use std::collections::HashSet;
use std::fmt;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

use bytemuck::Pod;
use libbpf_rs::libbpf_sys;
use libbpf_rs::{
    AsRawLibbpf, ErrorKind, IterOpts, KprobeMultiOpts, KprobeOpts, Link, NetfilterOpts, Object,
    PerfEventOpts, ProgramInput, ProgramMut, ProgramOutput, ProgramType, RawTracepointOpts,
    TracepointCategory, TracepointOpts, UprobeMultiOpts, UprobeOpts, UsdtOpts,
};

use super::pins::Directory;
use super::{errno, log, raw, said};
use crate::error::{Difference, Error, Mismatch, Result};
use crate::info::MapInfo;
use crate::spec::MapKind;
use crate::sys::{self, Errno};

/// What the programs of an object may reach.
#[derive(Debug)]
pub(super) struct Reach {
    object: &'static str,
    /// The ids of the maps that passed the load gate: those of the bindings, and those
    /// that the object itself declares, inner maps and data sections included.
    gated: HashSet<u32>,
    /// The program arrays among them: their programs run too.
    program_arrays: Vec<(OwnedFd, MapInfo)>,
}

impl Reach {
    pub(super) fn new(
        object: &'static str,
        gated: HashSet<u32>,
        program_arrays: Vec<(OwnedFd, MapInfo)>,
    ) -> Self {
        Self {
            object,
            gated,
            program_arrays,
        }
    }

    /// Lets a program through, or says which maps it reaches that nobody compared.
    fn pass(&self, object: &Object, program: BorrowedFd<'_>, name: &str) -> Result<()> {
        let mut differences = Vec::new();
        let mut arrays = self.look(program, name, &mut differences)?;
        let mut done = HashSet::new();
        while let Some(id) = arrays.pop() {
            if !done.insert(id) {
                continue;
            }
            for (name, fd) in self.programs_in(object, id, name)? {
                arrays.extend(self.look(fd.as_fd(), &name, &mut differences)?);
            }
        }
        let Some(Difference::Ungated { id, .. }) = differences.first() else {
            return Ok(());
        };
        Err(Error::Mismatch(Mismatch {
            object: self.object,
            map: format!("id {id}").into(),
            found_in: format!("reached by program `{name}`"),
            differences,
        }))
    }

    /// Which program arrays a program uses; notes the maps that did not pass.
    fn look(
        &self,
        program: BorrowedFd<'_>,
        name: &str,
        differences: &mut Vec<Difference>,
    ) -> Result<Vec<u32>> {
        let ids = sys::program_map_ids(program).map_err(|errno| os(name, errno))?;
        for &id in ids.iter().filter(|id| !self.gated.contains(id)) {
            differences.push(Difference::Ungated {
                program: name.to_owned(),
                id,
            });
        }
        Ok(ids
            .into_iter()
            .filter(|id| self.program_array(*id).is_some())
            .collect())
    }

    fn program_array(&self, id: u32) -> Option<&(OwnedFd, MapInfo)> {
        self.program_arrays.iter().find(|(_, info)| info.id() == id)
    }

    /// The programs that a program array holds now.
    fn programs_in(
        &self,
        object: &Object,
        array: u32,
        name: &str,
    ) -> Result<Vec<(String, OwnedFd)>> {
        let Some((fd, info)) = self.program_array(array) else {
            return Ok(Vec::new());
        };
        let mut programs = Vec::new();
        for index in 0..info.max_entries() {
            let key = index.to_ne_bytes();
            let mut id = [0; 4];
            // SAFETY: keys and values of a program array are 4 bytes; a lookup gives the
            // id of the program (`bpf_fd_array_map_lookup_elem`).
            let found = unsafe { sys::lookup(fd.as_fd(), key.as_ptr(), id.as_mut_ptr(), 0) };
            match found {
                Ok(()) => programs.push(program(object, u32::from_ne_bytes(id), name)?),
                Err(libc::ENOENT) => {}
                Err(errno) => return Err(os(name, errno)),
            }
        }
        Ok(programs)
    }
}

/// A program by its id: the object's own need no capability.
fn program(object: &Object, id: u32, caller: &str) -> Result<(String, OwnedFd)> {
    for program in object.progs_mut() {
        let name = program.name().to_string_lossy().into_owned();
        let Some(fd) = descriptor(&program) else {
            continue;
        };
        if libbpf_rs::Program::id_from_fd(fd).is_ok_and(|own| own == id) {
            let fd = fd
                .try_clone_to_owned()
                .map_err(|error| os(&name, error.raw_os_error().unwrap_or(libc::EIO)))?;
            return Ok((name, fd));
        }
    }
    let name = format!("program id {id}");
    match sys::program_by_id(id) {
        Ok(fd) => Ok((name, fd)),
        Err(libc::EPERM) => Err(Error::Permission {
            op: "looking into the program array".into(),
            map: caller.to_owned().into(),
            capability: "CAP_SYS_ADMIN",
        }),
        Err(errno) => Err(os(&name, errno)),
    }
}

fn os(program: &str, errno: Errno) -> Error {
    Error::Os {
        op: "attach".into(),
        map: program.to_owned().into(),
        errno,
    }
}

/// The descriptor of a program, `None` when it was not loaded.
fn descriptor<'a>(program: &'a ProgramMut<'_>) -> Option<BorrowedFd<'a>> {
    // SAFETY: a getter of a live program; the descriptor stays open as long as the
    // object, which the program borrows.
    unsafe {
        let fd = libbpf_sys::bpf_program__fd(program.as_libbpf_object().as_ptr());
        (fd >= 0).then(|| BorrowedFd::borrow_raw(fd))
    }
}

pub(super) fn attach_all(object: &Object, reach: &Reach) -> Result<(Vec<Link>, Vec<String>)> {
    let mut loaded = Vec::new();
    for program in object.progs_mut() {
        if descriptor(&program).is_some() {
            loaded.push(Program::new(program, object, reach));
        }
    }
    for program in &loaded {
        program.fd()?;
    }
    let (mut links, mut left) = (Vec::new(), Vec::new());
    for program in loaded {
        // What a `struct_ops` map calls is attached with the map.
        if program.program.prog_type() == ProgramType::StructOps {
            continue;
        }
        match program.attach_if_named()? {
            Some(link) => links.push(link),
            None => left.push(program.name()),
        }
    }
    for map in struct_ops(object) {
        if map.autoattach() {
            links.push(register(map)?);
        } else {
            left.push(map.name());
        }
    }
    Ok((links, left))
}

/// Registers a `struct_ops` map of the object, after the programs that it may call
/// passed.
pub(super) fn attach_struct_ops(object: &Object, reach: &Reach, name: &str) -> Result<Link> {
    let found = struct_ops(object)
        .into_iter()
        .find(|map| map.name() == name);
    let Some(map) = found else {
        return Err(Error::Object {
            op: "attach",
            name: name.to_owned().into(),
            message: "the object has no `struct_ops` map of this name, or did not create it"
                .to_owned(),
        });
    };
    for program in object.progs_mut() {
        if program.prog_type() == ProgramType::StructOps && descriptor(&program).is_some() {
            Program::new(program, object, reach).fd()?;
        }
    }
    register(map)
}

fn struct_ops(object: &Object) -> Vec<raw::Map<'_>> {
    let maps = raw::Object::of(object).maps().into_iter();
    maps.filter(|map| map.shape().kind == MapKind::StructOps && map.fd().is_some())
        .collect()
}

fn register(map: raw::Map<'_>) -> Result<Link> {
    let (link, heard) = log::heard(|| map.attach_struct_ops());
    link.map_err(|e| errno("attach", &map.name(), e, &heard))
}

/// A loaded program of the bindings: what libbpf-rs offers for it, after the gate.
///
/// Each method first asks the kernel which maps the program reaches. Beside the errors
/// of the call itself, [`Error::Object`] or [`Error::Permission`], each may fail with
/// [`Error::Mismatch`] when one of those maps did not pass the load gate; nothing is
/// attached or run then.
///
/// ```no_run
/// # use mapgen_runtime::{Result, object::Program};
/// # fn example(handle_syn: &Program<'_>, ifindex: i32) -> Result<()> {
/// // `loaded.programs().handle_syn` is one of these.
/// let link = handle_syn.attach_xdp(ifindex)?;
/// # Ok(())
/// # }
/// ```
pub struct Program<'a> {
    program: ProgramMut<'a>,
    object: &'a Object,
    reach: &'a Reach,
}

/// Methods of libbpf-rs behind the gate.
macro_rules! gated {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $ty:ty),* $(,)?) -> $ok:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// As for the [type](Self).
        pub fn $name(&self, $($arg: $ty),*) -> Result<$ok> {
            self.fd()?;
            self.call("attach", || self.program.$name($($arg),*))
        }
    )*};
}

impl<'a> Program<'a> {
    pub(super) fn new(program: ProgramMut<'a>, object: &'a Object, reach: &'a Reach) -> Self {
        Self {
            program,
            object,
            reach,
        }
    }

    /// The name of the C function.
    pub fn name(&self) -> String {
        self.program.name().to_string_lossy().into_owned()
    }

    /// The section as written: `xdp`, `kprobe/do_unlinkat`.
    pub fn section(&self) -> String {
        self.program.section().to_string_lossy().into_owned()
    }

    /// libbpf-rs's own program. Attaching through it is outside of the gate.
    pub fn libbpf(&self) -> &ProgramMut<'a> {
        &self.program
    }

    /// The descriptor, after the gate: for libbpf-rs's `TcHook` and `Xdp`.
    ///
    /// # Errors
    /// As for the [type](Self); [`Error::Object`] for a program that was not loaded.
    pub fn fd(&self) -> Result<BorrowedFd<'_>> {
        let Some(fd) = descriptor(&self.program) else {
            return Err(Error::Object {
                op: "attach",
                name: self.name().into(),
                message: "it was not loaded (`set_autoload`, or a `?` in its section)".to_owned(),
            });
        };
        self.reach.pass(self.object, fd, &self.name())?;
        Ok(fd)
    }

    fn call<T>(&self, op: &'static str, call: impl FnOnce() -> libbpf_rs::Result<T>) -> Result<T> {
        let (result, heard) = log::heard(call);
        result.map_err(|error| said(op, &self.name(), &error, &heard))
    }

    /// Attaches the program if its section says what to.
    fn attach_if_named(&self) -> Result<Option<Link>> {
        let program = self.program.as_libbpf_object().as_ptr();
        // SAFETY: a getter of a live program.
        if !unsafe { libbpf_sys::bpf_program__autoattach(program) } {
            return Ok(None);
        }
        let (result, heard) = log::heard(|| self.program.attach());
        match result {
            Ok(link) => Ok(Some(link)),
            // libbpf's word for a section that does not name a target.
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(None),
            Err(error) => Err(said("attach", &self.name(), &error, &heard)),
        }
    }

    gated! {
        /// Attaches the program to what its section names.
        fn attach() -> Link;
        /// Attaches to a network interface, by its index.
        fn attach_xdp(ifindex: i32) -> Link;
        /// Attaches to a cgroup, by a descriptor of its directory.
        fn attach_cgroup(cgroup_fd: i32) -> Link;
        /// Attaches to a network namespace, by a descriptor of it.
        fn attach_netns(netns_fd: i32) -> Link;
        /// Attaches to a netfilter hook.
        fn attach_netfilter_with_opts(opts: NetfilterOpts) -> Link;
        /// Attaches to a sockmap, by its descriptor.
        fn attach_sockmap(map_fd: i32) -> ();
        /// Attaches to a tracepoint.
        fn attach_tracepoint(category: TracepointCategory, name: impl AsRef<str>) -> Link;
        /// Attaches to a tracepoint, with options.
        fn attach_tracepoint_with_opts(
            category: TracepointCategory,
            name: impl AsRef<str>,
            opts: TracepointOpts,
        ) -> Link;
        /// Attaches to a raw tracepoint.
        fn attach_raw_tracepoint(name: impl AsRef<str>) -> Link;
        /// Attaches to a raw tracepoint, with options.
        fn attach_raw_tracepoint_with_opts(name: impl AsRef<str>, opts: RawTracepointOpts) -> Link;
        /// Attaches a BTF-typed tracing program (`fentry`, `fexit`, `tp_btf`, …).
        fn attach_trace() -> Link;
        /// Attaches to a hook of a security module.
        fn attach_lsm() -> Link;
        /// Attaches to a kernel function.
        fn attach_kprobe(retprobe: bool, function: impl AsRef<str>) -> Link;
        /// Attaches to a kernel function, with options.
        fn attach_kprobe_with_opts(
            retprobe: bool,
            function: impl AsRef<str>,
            opts: KprobeOpts,
        ) -> Link;
        /// Attaches to several kernel functions.
        fn attach_kprobe_multi(retprobe: bool, functions: Vec<impl AsRef<str>>) -> Link;
        /// Attaches to several kernel functions, with options.
        fn attach_kprobe_multi_with_opts(opts: KprobeMultiOpts) -> Link;
        /// Attaches to a system call.
        fn attach_ksyscall(retprobe: bool, syscall: impl AsRef<str>) -> Link;
        /// Attaches to a function of user space; `pid` of -1 for every process.
        fn attach_uprobe(
            retprobe: bool,
            pid: i32,
            binary_path: impl AsRef<Path>,
            offset: usize,
        ) -> Link;
        /// Attaches to a function of user space, with options.
        fn attach_uprobe_with_opts(
            pid: i32,
            binary_path: impl AsRef<Path>,
            offset: usize,
            opts: UprobeOpts,
        ) -> Link;
        /// Attaches to the functions of user space that match a pattern.
        fn attach_uprobe_multi(
            pid: i32,
            binary_path: impl AsRef<Path>,
            pattern: impl AsRef<str>,
            retprobe: bool,
            session: bool,
        ) -> Link;
        /// Attaches to functions of user space, with options.
        fn attach_uprobe_multi_with_opts(
            pid: i32,
            binary_path: impl AsRef<Path>,
            pattern: impl AsRef<str>,
            opts: UprobeMultiOpts,
        ) -> Link;
        /// Attaches to a statically defined probe of user space.
        fn attach_usdt(
            pid: i32,
            binary_path: impl AsRef<Path>,
            provider: impl AsRef<str>,
            name: impl AsRef<str>,
        ) -> Link;
        /// Attaches to a statically defined probe of user space, with options.
        fn attach_usdt_with_opts(
            pid: i32,
            binary_path: impl AsRef<Path>,
            provider: impl AsRef<str>,
            name: impl AsRef<str>,
            opts: UsdtOpts,
        ) -> Link;
        /// Attaches to a perf event, by its descriptor, which the link closes
        /// (`IntoRawFd` gives it away).
        fn attach_perf_event(fd: i32) -> Link;
        /// Attaches to a perf event, with options; the link closes its descriptor.
        fn attach_perf_event_with_opts(fd: i32, opts: PerfEventOpts) -> Link;
        /// Attaches an iterator over a map.
        fn attach_iter(map_fd: BorrowedFd<'_>) -> Link;
        /// Attaches an iterator, with options.
        fn attach_iter_with_opts(opts: IterOpts<'_>) -> Link;
    }

    /// Lets a `struct_ops` map call the program.
    ///
    /// # Errors
    /// As for the [type](Self).
    pub fn assoc_struct_ops(&self, map: &libbpf_rs::Map<'_>) -> Result<()> {
        self.fd()?;
        self.call("associate", || self.program.assoc_struct_ops(map))
    }

    /// Runs the program once or more (`BPF_PROG_RUN`).
    ///
    /// # Errors
    /// As for the [type](Self).
    pub fn test_run<'data>(&self, input: ProgramInput<'data>) -> Result<ProgramOutput<'data>> {
        self.fd()?;
        // Not listened to, since that is one thread at a time, and libbpf says nothing.
        self.program
            .test_run(input)
            .map_err(|error| said("test run", &self.name(), &error, ""))
    }

    /// Runs a `syscall` program with a context of its C type, which the program may
    /// change, and returns what it returned.
    ///
    /// # Errors
    /// As for the [type](Self).
    pub fn test_run_with<C: Pod>(&self, context: &mut C) -> Result<u32> {
        let input = ProgramInput {
            context_in: Some(bytemuck::bytes_of_mut(context)),
            ..ProgramInput::default()
        };
        Ok(self.test_run(input)?.return_value)
    }

    /// Pins the program at a path on a bpf file system.
    ///
    /// # Errors
    /// As for the [type](Self).
    pub fn pin(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.fd()?;
        let directory = Directory::of(path.as_ref());
        let (result, heard) = log::heard(|| self.program.pin(path));
        result.map_err(|error| said("pin", &self.name(), &error, &heard))?;
        directory.keep();
        Ok(())
    }

    /// Takes a pin of the program away.
    ///
    /// # Errors
    /// [`Error::Object`] when it is not there.
    pub fn unpin(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let (result, heard) = log::heard(|| self.program.unpin(path));
        result.map_err(|error| said("unpin", &self.name(), &error, &heard))
    }
}

impl fmt::Debug for Program<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("name", &self.name())
            .field("section", &self.section())
            .field("fd", &descriptor(&self.program).map(|fd| fd.as_raw_fd()))
            .finish()
    }
}
