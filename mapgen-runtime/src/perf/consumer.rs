//! The consumer of a perf event array.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use crate::cpu::online_cpus;
use crate::epoll::Epoll;
use crate::error::{Error, Result};
use crate::map::Map;
use crate::mapping::{Mapping, page_size};
use crate::perf::event;
use crate::perf::memory::{Buffer, Entry};
use crate::perf::options::PerfOptions;
use crate::ring::Source;
use crate::ring::claim::Claim;
use crate::ring::decode::{Fit, FromRecord, Unfit, Unread};
use crate::ring::record::Record;
use crate::ring::wait;
use crate::sys::{self, Errno};

/// The one consumer that this process has of a perf event array: see
/// [`PerfEvents::consumer`](crate::PerfEvents::consumer).
///
/// Records come CPU by CPU, each with its CPU's number: those of one CPU in the order in
/// which they were written, those of different CPUs in none. They are copied out, and
/// their room is given back before the callback runs. What can be read as no `T` is
/// skipped and counted; what the kernel had no room for is [`lost`](Self::lost). Nothing
/// is allocated per record or callback.
///
/// The kernel pads perf records, and says the size with the padding: a record of up to 7
/// bytes more than a `T` is therefore one.
///
/// ```no_run
/// # use std::time::Duration;
/// # use mapgen_runtime::{PerfEvents, Result};
/// # fn example(events: &PerfEvents<[u64; 4]>) -> Result<()> {
/// let mut consumer = events.consumer()?;
/// consumer.poll(Duration::from_millis(100), |cpu, event| println!("{cpu}: {event:?}"))?;
/// for (cpu, lost) in consumer.lost_by_cpu() {
///     println!("CPU {cpu} lost {lost}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct PerfConsumer<T> {
    cpus: Vec<Cpu>,
    /// By CPU, those that are gone included.
    lost: Vec<(u32, u64)>,
    map: Map,
    epoll: Epoll,
    options: PerfOptions,
    fit: Fit,
    unread: Unread,
    records: u64,
    /// Whose record is the next that is taken one by one.
    next: usize,
    types: PhantomData<fn() -> T>,
    /// Given back last, when nothing of the array is in use any more.
    _claim: Claim,
}

/// How many CPUs' reports are taken at once.
const REPORTS: usize = 16;

/// One CPU's event and its buffer.
struct Cpu {
    number: u32,
    event: OwnedFd,
    buffer: Buffer,
    /// Where its losses are counted.
    lost: usize,
    /// Nothing comes any more; what is there is still read.
    leaving: bool,
}

impl<T> PerfConsumer<T> {
    pub(crate) fn new(map: &Map, options: PerfOptions) -> Result<Self> {
        let claim = Claim::new(map.info().id()).ok_or_else(|| Error::Busy {
            map: map.label(),
            what: "consumer",
        })?;
        let mut consumer = Self {
            cpus: Vec::new(),
            lost: Vec::new(),
            map: map.clone(),
            epoll: Epoll::new().map_err(|errno| map.os("epoll_create", errno))?,
            options,
            fit: Fit::Padded,
            unread: Unread::default(),
            records: 0,
            next: 0,
            types: PhantomData,
            _claim: claim,
        };
        consumer.refresh()?;
        Ok(consumer)
    }

    /// Opens the events of CPUs that came online since, and gives up those of CPUs that
    /// went, after what they wrote is read: whether anything changed.
    ///
    /// Programs that run on a CPU without an event get `ENOENT`, and nobody counts what
    /// they wanted to write. Call it when CPUs are plugged.
    ///
    /// # Errors
    /// As for [`PerfEvents::consumer`](crate::PerfEvents::consumer).
    pub fn refresh(&mut self) -> Result<bool> {
        let chosen = self.options.cpus.clone();
        let wanted = match &chosen {
            Some(cpus) => cpus.clone(),
            None => online_cpus()?,
        };
        let mut changed = false;
        for index in 0..self.cpus.len() {
            if !self.cpus[index].leaving && !wanted.contains(&self.cpus[index].number) {
                self.leave(index);
                changed = true;
            }
        }
        for cpu in wanted {
            if self.active().any(|active| active == cpu) {
                continue;
            }
            match self.open(cpu) {
                Ok(opened) => {
                    self.cpus.push(opened);
                    changed = true;
                }
                // It went offline since we asked.
                Err(Error::Os { errno, .. }) if errno == libc::ENODEV && chosen.is_none() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(changed)
    }

    /// The CPUs whose records are read, in the order in which they were opened.
    pub fn cpus(&self) -> impl Iterator<Item = u32> {
        self.active()
    }

    fn active(&self) -> impl Iterator<Item = u32> + use<'_, T> {
        let active = self.cpus.iter().filter(|cpu| !cpu.leaving);
        active.map(|cpu| cpu.number)
    }

    fn open(&mut self, cpu: u32) -> Result<Cpu> {
        let capacity = self.map.capacity();
        if cpu >= capacity {
            return Err(Error::OutOfRange {
                map: self.map.label(),
                index: cpu,
                capacity,
            });
        }
        let refused = |op: &'static str, capability: &'static str, errno: Errno| match errno {
            libc::EPERM | libc::EACCES => Error::Permission {
                op: op.into(),
                map: self.map.label(),
                capability,
            },
            errno => self.map.os(op, errno),
        };
        let event = event::open(cpu, self.options.wakeup)
            .map_err(|errno| refused("opening a perf event", "CAP_PERFMON", errno))?;
        let page = page_size();
        // Beyond that no kernel has the memory, and it says so.
        let size = page * self.options.pages.clamp(1, 1 << 24).next_power_of_two();
        let memory = Mapping::new(event.as_fd(), 0, page + size, true)
            .map_err(|errno| refused("mapping a perf buffer", "CAP_IPC_LOCK", errno))?;
        let buffer = Buffer::new(memory, page, size);
        self.epoll
            .add(event.as_fd(), libc::EPOLLIN, u64::from(cpu))
            .map_err(|errno| self.map.os("epoll_ctl", errno))?;
        event::enable(event.as_fd()).map_err(|errno| self.map.os("enabling", errno))?;
        let number = event.as_raw_fd();
        // SAFETY: the gate proved that keys and values have 4 bytes.
        unsafe {
            sys::update(
                self.map.as_fd(),
                std::ptr::from_ref(&cpu).cast(),
                std::ptr::from_ref(&number).cast(),
                sys::ANY,
            )
        }
        .map_err(|errno| self.map.refused_write("consumer", errno))?;
        let known = self.lost.iter().position(|&(number, _)| number == cpu);
        let lost = known.unwrap_or_else(|| {
            self.lost.push((cpu, 0));
            self.lost.len() - 1
        });
        Ok(Cpu {
            number: cpu,
            event,
            buffer,
            lost,
            leaving: false,
        })
    }

    /// No longer waits for a CPU, and takes its event out of the array, which would keep
    /// it.
    fn leave(&mut self, index: usize) {
        let cpu = &mut self.cpus[index];
        cpu.leaving = true;
        // Both fail only when it is gone already.
        let _ = self.epoll.remove(cpu.event.as_fd());
        // SAFETY: the gate proved that keys have 4 bytes.
        let _ = unsafe { sys::delete(self.map.as_fd(), std::ptr::from_ref(&cpu.number).cast()) };
    }

    /// Whether a record that is longer than `T` is read as far as `T` goes, rather than
    /// skipped and counted.
    pub fn accept_longer(&mut self, accept: bool) -> &mut Self {
        self.fit = if accept { Fit::Longer } else { Fit::Padded };
        self
    }

    /// How many records the kernel had no room for, as far as it has said so: it does
    /// with the next record that finds room.
    pub fn lost(&self) -> u64 {
        self.lost.iter().map(|(_, lost)| lost).sum()
    }

    /// The same by CPU: its number, and how many.
    pub fn lost_by_cpu(&self) -> impl Iterator<Item = (u32, u64)> {
        self.lost.iter().copied()
    }

    /// How many records were handed out.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// How many records were skipped because they were too short, or too long where that
    /// is not accepted.
    pub fn malformed(&self) -> u64 {
        self.unread.malformed
    }

    /// How many records were skipped because they are none of the declared types.
    pub fn unknown(&self) -> u64 {
        self.unread.unknown
    }

    /// Hands the records that are there to `f` as bytes, with the number of their CPU:
    /// how many. Their room is given back after `f` returned.
    ///
    /// # Errors
    /// [`Error::Disturbed`] when somebody else, who has the event's descriptor, writes
    /// its memory.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{PerfEventArray, Result};
    /// # fn example(events: &PerfEventArray) -> Result<()> {
    /// events.consumer()?.consume_raw(|cpu, record| println!("{cpu}: {:?}", record.to_vec()))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consume_raw(&mut self, mut f: impl FnMut(u32, Record<'_>)) -> Result<usize> {
        let before = self.records;
        for index in 0..self.cpus.len() {
            let head = self.head(index)?;
            let number = self.cpus[index].number;
            while self
                .take(index, head, |record| f(number, record))?
                .is_some()
            {
                self.records += 1;
            }
        }
        self.forget_left();
        Ok(usize::try_from(self.records - before).unwrap_or(usize::MAX))
    }

    /// As [`poll`](Self::poll), for [`consume_raw`](Self::consume_raw).
    ///
    /// # Errors
    /// As for [`poll`](Self::poll).
    pub fn poll_raw(
        &mut self,
        timeout: Duration,
        mut f: impl FnMut(u32, Record<'_>),
    ) -> Result<usize> {
        self.wait_for(timeout, |consumer| consumer.consume_raw(&mut f))
    }

    #[inline]
    fn head(&self, index: usize) -> Result<u64> {
        let cpu = &self.cpus[index];
        let head = cpu.buffer.head();
        head.map_err(|_| disturbed(&self.map, cpu.number))
    }

    /// Takes the next record of a CPU before `head`: what `read` made of it.
    #[inline]
    fn take<R>(
        &mut self,
        index: usize,
        head: u64,
        mut read: impl FnMut(Record<'_>) -> R,
    ) -> Result<Option<R>> {
        let cpu = &mut self.cpus[index];
        loop {
            let next = cpu.buffer.peek(head);
            let Some((entry, next)) = next.map_err(|_| disturbed(&self.map, cpu.number))? else {
                return Ok(None);
            };
            let taken = match entry {
                Entry::Sample(record) => Some(read(record)),
                Entry::Lost(lost) => {
                    let sum = &mut self.lost[cpu.lost].1;
                    *sum = sum.saturating_add(lost);
                    None
                }
                Entry::Other => None,
            };
            cpu.buffer.release(next);
            if taken.is_some() {
                return Ok(taken);
            }
        }
    }

    /// Drops the CPUs that are gone, once all that they wrote is read.
    fn forget_left(&mut self) {
        if self.cpus.iter().any(|cpu| cpu.leaving) {
            self.cpus.retain(|cpu| !cpu.leaving);
        }
    }

    fn wait_for(
        &mut self,
        timeout: Duration,
        consume: impl FnMut(&mut Self) -> Result<usize>,
    ) -> Result<usize> {
        // The kernel marks a buffer before it wakes: what comes after the last look is
        // reported by the wait, and nothing need be settled before.
        wait::poll(self, timeout, consume, |_| Ok(()), Self::wait)
    }

    /// Waits until a CPU reports: whether one did.
    fn wait(&mut self, timeout: Option<Duration>) -> Result<bool> {
        let ready = match self.epoll.wait::<REPORTS>(timeout) {
            Ok(ready) => ready,
            Err(libc::EINTR) => return Ok(false),
            Err(errno) => return Err(self.map.os("poll", errno)),
        };
        let mut any = false;
        for event in ready {
            any = true;
            // The event ended with its CPU, and would be reported for ever.
            if event.events & (libc::EPOLLHUP | libc::EPOLLERR) as u32 != 0 {
                let gone = |cpu: &Cpu| !cpu.leaving && u64::from(cpu.number) == event.token;
                if let Some(index) = self.cpus.iter().position(gone) {
                    self.leave(index);
                }
            }
        }
        Ok(any)
    }
}

impl<T: FromRecord> PerfConsumer<T> {
    /// Hands the records that are there to `f`, with the number of their CPU, and returns
    /// without waiting: how many.
    ///
    /// Those that are there when it comes to their CPU, so that it ends however fast
    /// programs write.
    ///
    /// # Errors
    /// As for [`consume_raw`](Self::consume_raw).
    pub fn consume(&mut self, f: impl FnMut(u32, T)) -> Result<usize> {
        self.consume_or(f, |_, _| {})
    }

    /// As [`consume`](Self::consume); what can be read as no `T` goes to `other`, where it
    /// stands. It is counted as well, and only what went to `f` is in the result.
    ///
    /// # Errors
    /// As for [`consume`](Self::consume).
    pub fn consume_or(
        &mut self,
        mut f: impl FnMut(u32, T),
        mut other: impl FnMut(u32, Record<'_>),
    ) -> Result<usize> {
        let mut count = 0;
        for index in 0..self.cpus.len() {
            let head = self.head(index)?;
            let number = self.cpus[index].number;
            while let Some(read) = self.read(index, head, |record| other(number, record))? {
                if let Ok(record) = read {
                    f(number, record);
                    count += 1;
                }
            }
        }
        self.forget_left();
        Ok(count)
    }

    /// As [`consume`](Self::consume); when nothing is there, waits for up to `timeout`
    /// until something is. 0 after the timeout, and when a signal interrupted the wait.
    /// Timeouts are rounded up to milliseconds; `Duration::MAX` waits for as long as it
    /// takes.
    ///
    /// # Errors
    /// As for [`consume`](Self::consume), and [`Error::Os`].
    pub fn poll(&mut self, timeout: Duration, mut f: impl FnMut(u32, T)) -> Result<usize> {
        self.wait_for(timeout, |consumer| consumer.consume(&mut f))
    }

    /// Takes the next record of a CPU before `head`: a `T`, or why it is none after
    /// `other` has seen it.
    #[inline]
    fn read(
        &mut self,
        index: usize,
        head: u64,
        mut other: impl FnMut(Record<'_>),
    ) -> Result<Option<Result<T, Unfit>>> {
        let fit = self.fit;
        let read = self.take(index, head, |record| {
            let read = T::from_record(record, fit);
            if read.is_err() {
                other(record);
            }
            read
        })?;
        match &read {
            Some(Ok(_)) => self.records += 1,
            Some(Err(unfit)) => self.unread.count(*unfit),
            None => {}
        }
        Ok(read)
    }
}

impl<T: FromRecord> Source for PerfConsumer<T> {
    /// The number of the CPU, and the record.
    type Item = (u32, T);

    fn consume_all(&mut self, f: &mut dyn FnMut((u32, T))) -> Result<usize> {
        self.consume(|cpu, record| f((cpu, record)))
    }

    fn next_item(&mut self) -> Result<Option<Result<(u32, T)>>> {
        // From the CPU of the last one on, so that none is forgotten.
        for ahead in 0..self.cpus.len() {
            let index = (self.next + ahead) % self.cpus.len();
            let head = self.head(index)?;
            let number = self.cpus[index].number;
            let mut len = 0;
            if let Some(read) = self.read(index, head, |record| len = record.len())? {
                self.next = index;
                let label = || self.map.label();
                let read = read.map_err(|unfit| unfit.error(label(), len));
                return Ok(Some(read.map(|record| (number, record))));
            }
        }
        self.forget_left();
        Ok(None)
    }

    fn before_sleep(&mut self) -> Result<()> {
        // Takes the reports off, so that the next one is news to who waits for our epoll
        // descriptor, and finds the CPUs that went.
        for _ in 0..=self.cpus.len() / REPORTS {
            if !self.wait(Some(Duration::ZERO))? {
                break;
            }
        }
        Ok(())
    }
}

impl<T> AsFd for PerfConsumer<T> {
    /// An epoll descriptor, which can be read when a CPU reports.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }
}

impl<T> Drop for PerfConsumer<T> {
    fn drop(&mut self) {
        for index in 0..self.cpus.len() {
            if !self.cpus[index].leaving {
                self.leave(index);
            }
        }
    }
}

impl<T> fmt::Debug for PerfConsumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerfConsumer")
            .field("map", &self.map)
            .field("cpus", &self.active().collect::<Vec<_>>())
            .field("records", &self.records)
            .field("lost", &self.lost())
            .finish_non_exhaustive()
    }
}

#[cold]
fn disturbed(map: &Map, cpu: u32) -> Error {
    Error::Disturbed {
        map: map.label(),
        what: format!("the buffer of CPU {cpu}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{MapKind, MapSpec};

    const SPEC: MapSpec = MapSpec {
        object: "test",
        name: "events",
        kind: MapKind::PerfEventArray,
        key_size: 4,
        value_size: 4,
        max_entries: 64,
        min_entries: 1,
        live_entries: 0,
        exact_entries: false,
        map_flags: 0,
        map_extra: 0,
        numa_node: 0,
        pinned: false,
        optional: false,
        btf: &[],
        btf_key: 0,
        btf_value: 0,
        spin_lock: false,
        layout_hash: 0,
        inner: None,
    };

    #[test]
    #[cfg_attr(miri, ignore = "asks the kernel")]
    fn a_cpu_that_goes_gives_up_its_entry_and_may_come_back() {
        use crate::map::{Handle, PerfEventArray};

        let map = match Map::create(&SPEC, |_| {}) {
            Ok(map) => map,
            Err(Error::Permission { capability, .. }) => {
                mapgen_test_support::skipped(capability);
                return;
            }
            Err(error) => panic!("{error}"),
        };
        let events = PerfEventArray::from_map(map).unwrap();
        let mut consumer = events.consumer().unwrap();
        let online: Vec<u32> = consumer.cpus().collect();
        // As if the first went offline.
        let (first, rest) = online.split_first().unwrap();
        consumer.options.cpus = Some(rest.to_vec());
        assert_eq!(consumer.refresh(), Ok(true));
        assert_eq!(consumer.refresh(), Ok(false));
        assert_eq!(consumer.cpus().collect::<Vec<_>>(), rest);
        assert_eq!(events.delete(*first), Ok(false), "its entry is gone");
        assert_eq!(consumer.cpus.len(), online.len(), "what it wrote is there");
        consumer.consume_raw(|_, _| ()).unwrap();
        assert_eq!(consumer.cpus.len(), rest.len());

        consumer.options.cpus = None;
        assert_eq!(consumer.refresh(), Ok(true));
        assert_eq!(consumer.cpus().count(), online.len());
        assert_eq!(consumer.lost_by_cpu().count(), online.len());
        drop(consumer);
        assert_eq!(events.delete(*first), Ok(false), "all entries are gone");
    }

    #[test]
    #[cfg_attr(miri, ignore = "asks the kernel")]
    fn a_cpu_that_is_not_there_is_an_error_where_it_was_chosen() {
        let Ok(map) = Map::create(&SPEC, |_| {}) else {
            return;
        };
        let options = PerfOptions::default().cpus([63]);
        let error = PerfConsumer::<()>::new(&map, options).unwrap_err();
        let expected = "opening a perf event of `events` failed: ";
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
