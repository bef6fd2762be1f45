//! Queues and stacks: [`Queue`], [`Stack`].

use bytemuck::Pod;

use crate::error::Result;
use crate::map::Map;
use crate::map::elements::Elements;
use crate::spec::MapKind;
use crate::sys;

/// A queue, first in, first out: `BPF_MAP_TYPE_QUEUE`.
///
/// Values only: the kernel has no keys for them, no count, and no walk. Each method is one
/// system call, which programs and other processes see as one step.
///
/// ```no_run
/// # use mapgen_runtime::{Queue, Result};
/// # fn example(free_ports: &Queue<u16>) -> Result<()> {
/// for port in 32768..=60999 {
///     free_ports.push(&port)?;
/// }
/// while let Some(port) = free_ports.pop()? {
///     println!("{port}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct Queue<V>(Elements<(), V>);

/// A stack, last in, first out: `BPF_MAP_TYPE_STACK`.
///
/// Values only: the kernel has no keys for them, no count, and no walk. Each method is one
/// system call, which programs and other processes see as one step.
///
/// ```no_run
/// # use mapgen_runtime::{Result, Stack};
/// # fn example(free_slots: &Stack<u32>) -> Result<()> {
/// free_slots.push(&7)?;
/// assert_eq!(free_slots.peek()?, Some(7));
/// assert_eq!(free_slots.pop()?, Some(7));
/// # Ok(())
/// # }
/// ```
pub struct Stack<V>(Elements<(), V>);

macro_rules! methods {
    ($name:ident: $kind:ident, pushed $pushed:literal, next $next:literal, overwritten $gone:literal) => {
        impl<V: Pod> $name<V> {
            #[doc = concat!("Adds a value ", $pushed, ".")]
            ///
            /// # Errors
            /// [`Error::Full`](crate::Error::Full) when there are as many values as the
            /// capacity, [`Error::Access`](crate::Error::Access) when the map is frozen or
            /// the descriptor read-only, else [`Error::Os`](crate::Error::Os).
            #[inline]
            pub fn push(&self, value: &V) -> Result<()> {
                self.0.update("push", &(), value, sys::ANY)
            }

            #[doc = concat!("As [`push`](Self::push), but where it is full, ", $gone, " is lost.")]
            ///
            /// # Errors
            /// As for [`push`](Self::push), without `Full`.
            #[inline]
            pub fn push_overwrite(&self, value: &V) -> Result<()> {
                self.0.update("push_overwrite", &(), value, sys::EXIST)
            }

            #[doc = concat!("Takes ", $next, " out, `None` when there is none.")]
            ///
            /// # Errors
            /// As for [`push`](Self::push), without `Full`.
            #[inline]
            pub fn pop(&self) -> Result<Option<V>> {
                self.0.take("pop", &())
            }

            #[doc = concat!("Reads ", $next, " and leaves it there, `None` when there is none.")]
            ///
            /// # Errors
            /// [`Error::Access`](crate::Error::Access) when the descriptor is write-only,
            /// else [`Error::Os`](crate::Error::Os).
            #[inline]
            pub fn peek(&self) -> Result<Option<V>> {
                self.0.get("peek", &())
            }

            /// Whether there is no value.
            ///
            /// # Errors
            /// As for [`peek`](Self::peek).
            #[inline]
            pub fn is_empty(&self) -> Result<bool> {
                Ok(!self.0.contains("is_empty", &())?)
            }
        }

        handles!($name<V: Pod>, () => V, |map| Elements::on(map, &[MapKind::$kind]));
        derefs!($name<V> to Map);
    };
}

methods!(Queue: Queue, pushed "at the end", next "the first value", overwritten "the first value");
methods!(Stack: Stack, pushed "on top", next "the topmost value", overwritten "the lowest value");
