//! Feature `serde`: wrappers as what they mean, not as the bytes they are.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use super::{Be, Bool, KernelPtr, Le, Opaque, Pad, Text};

macro_rules! ordered {
    ($($order:ident: $($int:ident)*;)*) => {$($(
        /// As the number in the byte order of this machine.
        impl Serialize for $order<$int> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.get().serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $order<$int> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $int::deserialize(deserializer).map(Self::new)
            }
        }
    )*)*};
}

ordered! {
    Be: u16 u32 u64 u128 i16 i32 i64 i128;
    Le: u16 u32 u64 u128 i16 i32 i64 i128;
}

/// As C reads it: false for 0, true for everything else.
impl Serialize for Bool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Bool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer).map(Self::new)
    }
}

/// As a string, with U+FFFD for what is not UTF-8.
impl<const N: usize> Serialize for Text<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_string_lossy().serialize(serializer)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Text<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(text).map_err(D::Error::custom)
    }
}

/// As the address.
impl<T> Serialize for KernelPtr<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.addr().serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for KernelPtr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self::from_addr)
    }
}

/// As nothing: generated types leave it out.
impl<const N: usize> Serialize for Pad<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de, const N: usize> Deserialize<'de> for Pad<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <()>::deserialize(deserializer).map(|()| Self::ZERO)
    }
}

/// As nothing: generated types leave it out.
impl<T> Serialize for Opaque<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de, T: bytemuck::Pod> Deserialize<'de> for Opaque<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <()>::deserialize(deserializer).map(|()| Self::zeroed())
    }
}

/// For `#[serde(with = "…")]` on arrays of any length: serde's own stop at 32 elements.
pub mod array {
    use std::fmt;
    use std::marker::PhantomData;

    use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
    use serde::ser::{Serialize, SerializeTuple, Serializer};

    /// Writes the elements as serde writes those of shorter arrays.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer, T: Serialize, const N: usize>(
        array: &[T; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(N)?;
        for element in array {
            tuple.serialize_element(element)?;
        }
        tuple.end()
    }

    /// Reads exactly `N` elements.
    ///
    /// # Errors
    /// The deserializer's, or that there are fewer.
    pub fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[T; N], D::Error> {
        struct Elements<T, const N: usize>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for Elements<T, N> {
            type Value = [T; N];

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an array of {N} elements")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<[T; N], A::Error> {
                let mut elements = Vec::with_capacity(N);
                while elements.len() < N {
                    match seq.next_element()? {
                        Some(element) => elements.push(element),
                        None => return Err(Error::invalid_length(elements.len(), &self)),
                    }
                }
                elements
                    .try_into()
                    .map_err(|_| Error::custom("an array takes as many elements as were read"))
            }
        }

        deserializer.deserialize_tuple(N, Elements(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn wrappers_are_written_as_what_they_mean_and_read_back() {
        assert_eq!(to_value(Be::from(443_u16)).unwrap(), json!(443));
        assert_eq!(from_value::<Be<u16>>(json!(443)).unwrap(), Be::from(443));
        assert_eq!(to_value(Le::from(-2_i64)).unwrap(), json!(-2));
        assert_eq!(to_value(Bool::from_raw(2)).unwrap(), json!(true));
        assert_eq!(to_value(KernelPtr::<u8>::from_addr(7)).unwrap(), json!(7));
        let text = Text::<8>::new("sshd").unwrap();
        assert_eq!(to_value(text).unwrap(), json!("sshd"));
        assert_eq!(from_value::<Text<8>>(json!("sshd")).unwrap(), text);
    }

    #[test]
    fn text_that_does_not_fit_is_refused() {
        let error = from_value::<Text<4>>(json!("sshd"))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "text of 4 bytes and its NUL do not fit into `char[4]`"
        );
    }

    #[test]
    fn arrays_of_more_than_32_elements_are_read_whole_or_not_at_all() {
        let array = [7_u8; 40];
        let value = array::serialize(&array, serde_json::value::Serializer).unwrap();
        assert_eq!(value.as_array().map(Vec::len), Some(40));
        assert_eq!(array::deserialize::<_, u8, 40>(&value).unwrap(), array);
        let error = array::deserialize::<_, u8, 41>(&value)
            .unwrap_err()
            .to_string();
        assert_eq!(error, "invalid length 40, expected an array of 41 elements");
    }
}
