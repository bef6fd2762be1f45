//! A kernel in memory: maps by id, name and pin.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytemuck::Pod;

use crate::cpu;
use crate::error::{Error, Name, Result};
use crate::gate::shape::{self, Capacity, Shape};
use crate::gate::{self, Origin, Wanted};
use crate::info::MapInfo;
use crate::map::{Binding, Handle, Map, PerCpu};
use crate::spec::MapSpec;
use crate::sys::{self, RawMapInfo};
use crate::testing::fault::{Changes, Faults};
use crate::testing::nearest::nearest;
use crate::testing::simulation::{self, Simulation};

/// A kernel in memory that holds simulated maps. Cheap to clone; the clones are one
/// kernel.
///
/// ```
/// use mapgen_runtime::testing::{Faults, Kernel};
///
/// let kernel = Kernel::builder()
///     .possible_cpus(&[0, 2, 3])
///     .faults(Faults::new().max_entries("conns", 16))
///     .build();
/// // `flow::Maps::simulated_in(&kernel)?`, or `kernel.create::<flow::Conns>()?`.
/// # let _ = kernel;
/// ```
#[derive(Clone)]
pub struct Kernel {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) cpus: &'static [u32],
    pub(super) seed: u64,
    changes: BTreeMap<String, Changes>,
    maps: Mutex<BTreeMap<u32, Weak<Simulation>>>,
    pins: Mutex<BTreeMap<PathBuf, Arc<Simulation>>>,
}

impl Shared {
    /// Pins a map: whether nothing was there.
    pub(super) fn pin(&self, path: &Path, map: &Arc<Simulation>) -> bool {
        let mut pins = lock(&self.pins);
        let free = !pins.contains_key(path);
        if free {
            pins.insert(path.to_owned(), Arc::clone(map));
        }
        free
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Kernel {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernel {
    /// A kernel with the possible CPUs of this machine (one, where they cannot be read),
    /// without faults.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A kernel that differs.
    pub fn builder() -> Builder {
        Builder {
            cpus: None,
            seed: 0,
            faults: Faults::default(),
        }
    }

    /// The numbers of its possible CPUs, in ascending order.
    pub fn possible_cpus(&self) -> &'static [u32] {
        self.shared.cpus
    }

    /// Creates the map of a binding.
    ///
    /// # Errors
    /// [`Error::NoCapacity`] when the object leaves `max_entries` to run time and no
    /// [`Faults::max_entries`] sets it; [`Error::Os`] with what the kernel would answer.
    pub fn create<B: Binding>(&self) -> Result<B> {
        self.create_with(|_| {})
    }

    /// Creates the map of a binding from its spec after `change` had its say.
    ///
    /// # Errors
    /// As for [`create`](Self::create), and [`Error::Mismatch`] when the changed map is
    /// none of the binding's. A smaller capacity is allowed here.
    pub fn create_with<B: Binding>(&self, change: impl FnOnce(&mut MapSpec)) -> Result<B> {
        bind(self.new_map(B::SPEC, change)?)
    }

    /// What a load does for a binding: creates the map, or opens it where the object
    /// wants it pinned by its name and it is pinned already.
    ///
    /// # Errors
    /// As for [`create`](Self::create) and [`from_pinned`](Self::from_pinned).
    pub fn load<B: Binding>(&self) -> Result<B> {
        if !B::SPEC.pinned {
            return self.create();
        }
        let path = Path::new("/sys/fs/bpf").join(B::SPEC.name);
        if self.is_pinned(&path) {
            return self.from_pinned(path);
        }
        let map = self.new_map(B::SPEC, |_| {})?;
        map.pin(path)?;
        bind(map)
    }

    /// Opens a map that was pinned with [`Map::pin`], through the load gate.
    ///
    /// # Errors
    /// [`Error::Os`] with `ENOENT` when nothing is pinned there, [`Error::Mismatch`] when
    /// it is another map than the binding's.
    pub fn from_pinned<B: Binding>(&self, path: impl AsRef<Path>) -> Result<B> {
        let path = path.as_ref();
        let found = lock(&self.shared.pins).get(path).cloned();
        self.open(found, Origin::Pinned(path), || {
            format!("opening the pin `{}`", path.display())
        })
    }

    /// Opens a map by its id, through the load gate.
    ///
    /// # Errors
    /// As for [`from_pinned`](Self::from_pinned).
    pub fn from_id<B: Binding>(&self, id: u32) -> Result<B> {
        let found = lock(&self.shared.maps).get(&id).and_then(Weak::upgrade);
        self.open(found, Origin::Id(id), || format!("opening map id {id}"))
    }

    /// Opens the newest map that has the name of the binding's, through the load gate.
    ///
    /// # Errors
    /// As for [`from_pinned`](Self::from_pinned).
    pub fn from_name<B: Binding>(&self) -> Result<B> {
        let found = lock(&self.shared.maps)
            .values()
            .rev()
            .filter_map(Weak::upgrade)
            .find(|map| map.spec.name == B::SPEC.name);
        self.open(found, Origin::Fd, || "opening by name".to_owned())
    }

    /// Whether something is pinned at a path.
    pub fn is_pinned(&self, path: impl AsRef<Path>) -> bool {
        lock(&self.shared.pins).contains_key(path.as_ref())
    }

    /// Removes a pin: whether there was one.
    pub fn unpin(&self, path: impl AsRef<Path>) -> bool {
        lock(&self.shared.pins).remove(path.as_ref()).is_some()
    }

    /// Makes this kernel the one of this thread: until the guard is dropped,
    /// [`possible_cpus`](crate::possible_cpus) and with it `PerCpu::new` and
    /// `PerCpu::from_fn` answer with its CPUs. For code under test that makes per-CPU
    /// values of its own.
    ///
    /// ```
    /// use mapgen_runtime::PerCpu;
    /// use mapgen_runtime::testing::Kernel;
    ///
    /// let kernel = Kernel::builder().possible_cpus(&[0, 2, 3]).build();
    /// let _entered = kernel.enter();
    /// assert_eq!(PerCpu::<u64>::new()?.len(), 3);
    /// # Ok::<(), mapgen_runtime::Error>(())
    /// ```
    #[must_use = "it lasts until the guard is dropped"]
    pub fn enter(&self) -> Entered {
        Entered {
            before: cpu::replace(Some(self.shared.cpus)),
            thread: std::marker::PhantomData,
        }
    }

    /// A per-CPU value for the maps of this kernel, made from the numbers of its CPUs.
    pub fn per_cpu<V: Pod>(&self, mut value: impl FnMut(u32) -> V) -> PerCpu<V> {
        let mut slots = PerCpu::on(self.shared.cpus);
        for (slot, &cpu) in self.shared.cpus.iter().enumerate() {
            slots[slot] = value(cpu);
        }
        slots
    }

    /// Fails when there are changes for a map that `object` has not: nobody would notice
    /// a fault that stands on a misspelt name.
    #[doc(hidden)]
    pub fn check_names(&self, object: &'static str, maps: &[&'static str]) -> Result<()> {
        for name in self.shared.changes.keys() {
            if !maps.contains(&name.as_str()) {
                return Err(Error::Object {
                    op: "simulation",
                    name: Name::Borrowed(object),
                    message: format!(
                        "there are faults for map `{name}`, which it has not{}",
                        nearest(name, maps.iter().copied())
                    ),
                });
            }
        }
        Ok(())
    }

    pub(super) fn new_map(
        &self,
        spec: &'static MapSpec,
        change: impl FnOnce(&mut MapSpec),
    ) -> Result<Map> {
        let none = Changes::default();
        let changes = self.shared.changes.get(spec.name).unwrap_or(&none);
        let mut changed = *spec;
        change(&mut changed);
        if let Some(max_entries) = changes.max_entries {
            changed.max_entries = max_entries;
        }
        let mut shape = Shape::from(&changed);
        // What a file says is compared as the map itself.
        shape.kind = changes.kind.unwrap_or(shape.kind);
        shape.key_size = changes.key_size.unwrap_or(shape.key_size);
        shape.value_size = changes.value_size.unwrap_or(shape.value_size);
        let mut differences = shape::without_sizes(&shape);
        differences.extend(shape::differences(
            &Shape::from(spec),
            Capacity::at_least(0),
            &shape,
        ));
        if !differences.is_empty() {
            let found_in = "simulated".to_owned();
            return Err(Wanted::bound(spec).mismatch(found_in, differences));
        }
        if changed.max_entries == 0 && !shape::takes_zero(changed.kind) {
            return Err(Error::NoCapacity {
                map: Name::Borrowed(spec.name),
            });
        }
        changed.max_entries = shape::rounded(changed.max_entries, &shape);
        let info = MapInfo::from(RawMapInfo {
            kind: changed.kind.number(),
            id: next_id(),
            key_size: changed.key_size,
            value_size: changed.value_size,
            max_entries: changed.max_entries,
            map_flags: changed.map_flags & !(sys::F_RDONLY | sys::F_WRONLY),
            name: crate::map::create::name(spec.name),
            map_extra: changed.map_extra,
            ..RawMapInfo::default()
        });
        let failed = |errno| Error::Os {
            op: "create".into(),
            map: spec.name.into(),
            errno,
        };
        let map = Simulation::new(&changed, info, changes, &self.shared).map_err(failed)?;
        let map = Arc::new(map);
        let mut maps = lock(&self.shared.maps);
        maps.retain(|_, map| map.strong_count() > 0);
        maps.insert(info.id(), Arc::downgrade(&map));
        drop(maps);
        let proof = gate::compare(
            &info,
            &changed,
            &Wanted::bound(spec),
            Origin::Created,
            false,
        )?;
        simulation::open(&map, spec, proof).map_err(failed)
    }

    fn open<B: Binding>(
        &self,
        found: Option<Arc<Simulation>>,
        origin: Origin<'_>,
        op: impl Fn() -> String,
    ) -> Result<B> {
        let failed = |errno| Error::Os {
            op: op().into(),
            map: B::SPEC.name.into(),
            errno,
        };
        let map = found.ok_or_else(|| failed(libc::ENOENT))?;
        let wanted = Wanted::bound(B::SPEC);
        let proof = gate::compare(&map.info, &map.spec, &wanted, origin, true)?;
        bind(simulation::open(&map, B::SPEC, proof).map_err(failed)?)
    }
}

fn bind<B: Binding>(map: Map) -> Result<B> {
    Ok(B::from_handle(<B::Handle as Handle>::from_map(map)?))
}

/// Ids of simulated maps: the kernel's end at 2^31 (`idr_alloc_cyclic`), so that no real
/// map of this process has the same.
fn next_id() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed) | 1 << 31
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kernel")
            .field("possible_cpus", &self.shared.cpus)
            .field("pins", &lock(&self.shared.pins).keys())
            .finish_non_exhaustive()
    }
}

/// Makes a [`Kernel`].
#[derive(Clone, Debug)]
pub struct Builder {
    cpus: Option<Vec<u32>>,
    seed: u64,
    faults: Faults,
}

impl Builder {
    /// The numbers of its possible CPUs, whatever this machine has; one where there is
    /// none.
    pub fn possible_cpus(mut self, cpus: &[u32]) -> Self {
        let mut cpus = cpus.to_vec();
        cpus.sort_unstable();
        cpus.dedup();
        if cpus.is_empty() {
            cpus.push(0);
        }
        self.cpus = Some(cpus);
        self
    }

    /// Another order of hashes, and other false positives of Bloom filters. The same seed
    /// gives the same.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What it does other than the declarations say; replaces what was given before.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// The kernel.
    pub fn build(self) -> Kernel {
        let cpus = match self.cpus {
            Some(cpus) => interned(cpus),
            None => cpu::of_machine().unwrap_or(&[0]),
        };
        Kernel {
            shared: Arc::new(Shared {
                cpus,
                seed: self.seed,
                changes: self.faults.maps,
                maps: Mutex::default(),
                pins: Mutex::default(),
            }),
        }
    }
}

/// Lists of CPUs live as long as the process: there are few, and each is kept once.
fn interned(cpus: Vec<u32>) -> &'static [u32] {
    static LISTS: Mutex<Vec<&'static [u32]>> = Mutex::new(Vec::new());
    let mut lists = lock(&LISTS);
    if let Some(list) = lists.iter().find(|list| ***list == *cpus) {
        return list;
    }
    let list: &'static [u32] = cpus.leak();
    lists.push(list);
    list
}

/// A kernel is this thread's: see [`Kernel::enter`].
#[derive(Debug)]
pub struct Entered {
    before: Option<&'static [u32]>,
    /// It belongs to the thread that entered.
    thread: std::marker::PhantomData<Cell<*const ()>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        cpu::replace(self.before);
    }
}
