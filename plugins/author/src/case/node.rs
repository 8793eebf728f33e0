//! A piece of YAML whose shape is not known beforehand, with the place of every part.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

/// A piece of YAML.
#[derive(Debug, Clone)]
pub enum Node {
    /// Nothing, as in `merchant:`.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(serde_json::Number),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Spanned<Node>>),
    /// Names and what they stand for, in the order of the file.
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl Node {
    /// The same as JSON, without places.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.clone()),
            Self::List(items) => items.iter().map(|item| item.value.to_json()).collect(),
            Self::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(key, value)| (key.value.clone(), value.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// What it is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "named values",
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, a list or named values")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Node, E> {
        serde_json::Number::from_f64(number)
            .map(Node::Number)
            .ok_or_else(|| E::custom("must be a finite number"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Node::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_saphyr::Spanned;

    use super::Node;

    #[test]
    fn every_part_knows_its_place() {
        let node: Spanned<Node> = serde_saphyr::from_str("a:\n  - one\n  - {b: 2, c: }\n").unwrap();
        assert_eq!(
            node.value.to_json(),
            serde_json::json!({"a": ["one", {"b": 2, "c": null}]})
        );
        let Node::Map(entries) = &node.value else {
            panic!("{node:?}")
        };
        let Node::List(items) = &entries[0].1.value else {
            panic!("{node:?}")
        };
        assert_eq!((items[0].referenced.line(), items[0].referenced.column()), (2, 5));
        let Node::Map(inner) = &items[1].value else {
            panic!("{node:?}")
        };
        assert_eq!(
            (inner[0].1.referenced.line(), inner[0].1.referenced.column()),
            (3, 9)
        );
    }

    #[test]
    fn text_that_looks_like_a_date_is_text_and_a_repeated_name_is_refused() {
        let node: Node = serde_saphyr::from_str("2025-12-11").unwrap();
        assert!(matches!(node, Node::Text(text) if text == "2025-12-11"));
        assert!(serde_saphyr::from_str::<Node>("a: 1\na: 2\n").is_err());
    }
}
