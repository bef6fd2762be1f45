//! Stack traces: [`StackTraces`].

use crate::error::Result;
use crate::map::Map;
use crate::map::block::scratch;
use crate::map::iter::next_keys;
use crate::spec::MapKind;
use crate::sys;

/// One frame of a stack trace, the innermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Frame {
    /// The address of an instruction.
    Address(u64),
    /// A place in a file, whose address differs from process to process.
    File {
        /// The file's build id, filled up with zeros.
        build_id: [u8; 20],
        /// How far into the file, in bytes.
        offset: u64,
    },
}

/// Stack traces by id: `BPF_MAP_TYPE_STACK_TRACE`.
///
/// A program adds them with `bpf_get_stackid`, which gives the id. Frames are addresses,
/// or with `BPF_F_STACK_BUILD_ID` places in files where the kernel could tell.
///
/// ```no_run
/// # use mapgen_runtime::{Frame, Result, StackTraces};
/// # fn example(stacks: &StackTraces) -> Result<()> {
/// let mut frames = Vec::new();
/// for id in stacks.ids() {
///     if stacks.get_into(id?, &mut frames)? {
///         for frame in &frames {
///             match frame {
///                 Frame::Address(address) => println!("{address:#x}"),
///                 other => println!("{other:?}"),
///             }
///         }
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct StackTraces(Map);

impl StackTraces {
    /// The frames of a stack trace, the innermost first; `None` when there is none of this
    /// id.
    ///
    /// # Errors
    /// [`Error::Access`](crate::Error::Access) when the descriptor is write-only, else [`Error::Os`](crate::Error::Os).
    pub fn get(&self, id: u32) -> Result<Option<Vec<Frame>>> {
        let mut frames = Vec::new();
        Ok(self.get_into(id, &mut frames)?.then_some(frames))
    }

    /// As [`get`](Self::get), in place of what is in `frames`, which allocates only to have
    /// room; `false`, and no frames, when there is no trace of this id.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn get_into(&self, id: u32, frames: &mut Vec<Frame>) -> Result<bool> {
        frames.clear();
        let size = self.0.info().value_size() as usize;
        let id = id.to_ne_bytes();
        scratch(size, |trace| {
            // SAFETY: `on` proved the key size, and `trace` has room for a value.
            match unsafe { self.0.lookup(id.as_ptr(), trace, 0) } {
                Ok(()) => {}
                Err(libc::ENOENT) => return Ok(false),
                Err(errno) => return Err(self.0.refused_read("get", errno)),
            }
            // SAFETY: the kernel has written all of it (`bpf_stackmap_copy` fills a short
            // trace up with zeros).
            let trace = unsafe { std::slice::from_raw_parts(trace, size) };
            if self.has_build_ids() {
                frames.extend(trace.chunks_exact(FILE_FRAME).map_while(file_frame));
            } else {
                let addresses = trace.chunks_exact(size_of::<u64>()).map(word);
                frames.extend(
                    addresses
                        .take_while(|&address| address != 0)
                        .map(Frame::Address),
                );
            }
            Ok(true)
        })
    }

    /// How many frames a trace can have.
    pub fn depth(&self) -> usize {
        let frame = if self.has_build_ids() {
            FILE_FRAME
        } else {
            size_of::<u64>()
        };
        self.0.info().value_size() as usize / frame
    }

    /// The ids of all traces. When traces are deleted meanwhile, one may be seen twice.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: [`Error::Interrupted`](crate::Error::Interrupted) when the map
    /// changed so fast that the walk was given up, else as for [`get`](Self::get).
    pub fn ids(&self) -> impl Iterator<Item = Result<u32>> + use<> {
        let map = self.0.clone();
        next_keys(self.0.clone(), "ids", move |id| next_id(&map, id))
    }

    /// Deletes a trace: whether it was there.
    ///
    /// # Errors
    /// [`Error::Access`](crate::Error::Access) when the map is frozen or the descriptor read-only, else
    /// [`Error::Os`](crate::Error::Os).
    #[inline]
    pub fn delete(&self, id: u32) -> Result<bool> {
        let id = id.to_ne_bytes();
        // SAFETY: `on` proved the key size.
        match unsafe { self.0.delete(id.as_ptr()) } {
            Ok(()) => Ok(true),
            // `E2BIG` is an id that no trace of this map can have.
            Err(libc::ENOENT | libc::E2BIG) => Ok(false),
            Err(errno) => Err(self.0.refused_write("delete", errno)),
        }
    }

    /// Deletes all traces. Those that are added meanwhile may be deleted or stay.
    ///
    /// # Errors
    /// As for [`ids`](Self::ids) and [`delete`](Self::delete).
    pub fn clear(&self) -> Result<()> {
        for id in self.ids() {
            self.delete(id?)?;
        }
        Ok(())
    }

    fn has_build_ids(&self) -> bool {
        self.0.info().map_flags() & sys::F_STACK_BUILD_ID != 0
    }
}

/// The size of `struct bpf_stack_build_id`: `__s32 status`, 20 bytes of build id, and
/// `__u64 offset`, which is also `ip`.
const FILE_FRAME: usize = 32;

fn word(bytes: &[u8]) -> u64 {
    bytes.first_chunk().copied().map_or(0, u64::from_ne_bytes)
}

/// `None` at the end of the trace (`BPF_STACK_BUILD_ID_EMPTY`).
fn file_frame(bytes: &[u8]) -> Option<Frame> {
    const VALID: i32 = 1;
    const IP: i32 = 2;
    let (status, rest) = bytes.split_first_chunk()?;
    let (build_id, place) = rest.split_first_chunk()?;
    match i32::from_ne_bytes(*status) {
        VALID => Some(Frame::File {
            build_id: *build_id,
            offset: word(place),
        }),
        IP => Some(Frame::Address(word(place))),
        _ => None,
    }
}

fn next_id(map: &Map, id: Option<&u32>) -> Result<Option<u32>> {
    let id = id.map_or(std::ptr::null(), std::ptr::from_ref).cast();
    let mut next = 0_u32;
    // SAFETY: `on` proved the key size: null or an id, and room for an id.
    match unsafe { map.next_key(id, (&raw mut next).cast()) } {
        Ok(()) => Ok(Some(next)),
        Err(libc::ENOENT) => Ok(None),
        Err(errno) => Err(map.refused_read("ids", errno)),
    }
}

/// A trace is as large as its map declares.
fn on(map: Map) -> Result<Map> {
    let value_size = map.info().value_size() as usize;
    map.fits(&[MapKind::StackTrace], size_of::<u32>(), value_size)?;
    Ok(map)
}

handles!(StackTraces<>, u32 => Vec<Frame>, |map| on(map));
derefs!(StackTraces<> to Map);
