//! What is written is read back by a parser that is not ours.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value, json};

use super::{document, documents};

/// Reads as YAML 1.2 does; a plain scalar is a text unless it is JSON.
fn read(text: &str) -> Vec<Value> {
    let mut events = Parser::new_from_str(text).map(|event| event.unwrap().0);
    let mut documents = Vec::new();
    while let Some(event) = events.next() {
        if let Event::DocumentStart(_) = event {
            let first = events.next().unwrap();
            documents.push(value(first, &mut events));
        }
    }
    documents
}

fn value<'a>(event: Event<'a>, events: &mut impl Iterator<Item = Event<'a>>) -> Value {
    match event {
        Event::Scalar(text, ScalarStyle::Plain, ..) => {
            serde_json::from_str(&text).unwrap_or_else(|_| text.as_ref().into())
        }
        Event::Scalar(text, ..) => text.as_ref().into(),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                match events.next().unwrap() {
                    Event::SequenceEnd => return items.into(),
                    event => items.push(value(event, events)),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut members = Map::new();
            loop {
                match events.next().unwrap() {
                    Event::MappingEnd => return members.into(),
                    event => {
                        let key = value(event, events).as_str().unwrap().to_owned();
                        let next = events.next().unwrap();
                        members.insert(key, value(next, events));
                    }
                }
            }
        }
        event => panic!("{event:?}"),
    }
}

#[test]
fn every_text_is_read_back_as_it_was() {
    let texts = [
        "",
        " ",
        "\n",
        "a\n",
        "\na",
        " a",
        "a ",
        "-",
        "- a",
        "a: b",
        "a:b",
        "a #b",
        "#",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "|",
        ">",
        "[a]",
        "{a}",
        "{{ $labels.map_name }}",
        "'",
        "\"",
        "\\",
        "a\"b",
        "~",
        "null",
        "True",
        "NO",
        "y",
        "on",
        "1",
        "1.5",
        "0x10",
        "1_000",
        "1:30",
        ".5",
        ".inf",
        "1e3",
        "=",
        "<<",
        "---",
        "...",
        "? a",
        "a\tb",
        "\ta",
        "a\n\n  b: \"c\"\nd",
        "a\r\nb",
        "\u{0}\u{7f}\u{85}\u{a0}\u{2028}\u{feff}",
        "²€🐝",
        "2026-11-22",
        "a, b",
        "a,b",
        "a - b",
        "conns{map_name=~\"a|b\\\\.c\"} > 0\nor x",
        "\"\n\n\"",
        "a\"\n b",
        "x\"\n---\ny",
    ];
    for text in texts {
        for value in [
            json!({"key": text}),
            json!([text]),
            json!({"a": [{"b": text, "c": [text, {"d": text}]}]}),
            json!(text),
        ] {
            let written = document(&value);
            assert_eq!(read(&written), [value], "{text:?}\n{written}");
        }
    }
}

#[test]
fn keys_are_quoted_where_they_have_to_be() {
    let value = json!({"a: b": 1, "yes": {"": true}, "x\ny": [], "plain-key.io/name": {}});
    let written = document(&value);
    assert_eq!(read(&written), [value], "{written}");
}

#[test]
fn what_is_nested_is_read_back() {
    let value = json!({
        "list": [[1, [2, {"a": null}]], {"b": {"c": [{"d": 1.5, "e": -7}]}}, [], {}],
        "last": true,
    });
    let written = document(&value);
    assert_eq!(read(&written), [value], "{written}");
}

#[test]
fn several_documents_are_apart() {
    let values = [json!({"kind": "A"}), json!({"kind": "B"})];
    assert_eq!(documents(&values), "kind: A\n---\nkind: B\n");
    assert_eq!(read(&documents(&values)), values);
}
