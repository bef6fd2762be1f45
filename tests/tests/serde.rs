//! Generated types with serde's derives: every value survives, padding is left out.

#![cfg(target_endian = "little")]

use mapgen_runtime::{Text, ebpf_map};
use serde::{Deserialize, Serialize};
use serde_json::{from_value, json, to_value};

#[ebpf_map(
    object = "layouts",
    derive("struct l_text" = serde::Serialize, serde::Deserialize),
    derive("struct l_long_array" = serde::Serialize, serde::Deserialize),
    derive("struct l_spin_lock" = serde::Serialize, serde::Deserialize),
    only_declared
)]
mod layouts {
    #[ebpf_map(name = "m_text")]
    pub struct MText;
    #[ebpf_map(name = "m_long_array")]
    pub struct MLongArray;
    #[ebpf_map(name = "m_spin_lock")]
    pub struct MSpinLock;
}

use layouts::types::{LLongArray, LSpinLock, LText};

fn survives<T: Serialize + for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug>(value: &T) {
    let json = to_value(value).unwrap();
    assert_eq!(&from_value::<T>(json).unwrap(), value);
}

#[test]
fn text_is_a_string_and_a_row_of_texts_a_list() {
    let text = LText {
        name: Text::new("mapgen").unwrap(),
        names: [Text::new("a").unwrap(); 4],
        ..LText::ZERO
    };
    let json = to_value(text).unwrap();
    assert_eq!(json["name"], json!("mapgen"));
    assert_eq!(json["names"], json!(["a", "a", "a", "a"]));
    survives(&text);
}

#[test]
fn arrays_longer_than_serdes_own_survive_and_padding_is_left_out() {
    let array = LLongArray {
        a: 1,
        b: std::array::from_fn(|index| u16::try_from(index).unwrap()),
        c: [3; 33],
        ..LLongArray::ZERO
    };
    let json = to_value(array).unwrap();
    let members: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(members, ["a", "b", "c"]);
    assert_eq!(json["b"][39], json!(39));
    survives(&array);
}

#[test]
fn what_belongs_to_the_kernel_is_left_out() {
    let value = LSpinLock {
        before: 1,
        last: 2,
        ..LSpinLock::ZERO
    };
    let json = to_value(value).unwrap();
    assert_eq!(json, json!({"before": 1, "after": 0, "last": 2}));
    survives(&value);
}

mod nested {
    use mapgen_runtime::ebpf_map;

    #[ebpf_map(
        object = "flow",
        derive("struct event" = serde::Serialize),
        derive("struct flow_key" = serde::Serialize),
        only_declared
    )]
    pub(super) mod flow {
        #[ebpf_map(value = "struct event")]
        pub(crate) struct Events;
    }
}

#[test]
fn a_derive_reaches_the_types_of_members() {
    use nested::flow::types::{Event, EventKind, FlowKey};

    let event = Event {
        key: FlowKey {
            dport: 443.into(),
            ..FlowKey::ZERO
        },
        kind: EventKind::EVENT_SYN,
        ..Event::ZERO
    };
    let json = to_value(event).unwrap();
    assert_eq!(json["key"]["dport"], json!(443));
    assert_eq!(json["kind"], json!(1));
}
