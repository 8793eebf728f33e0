//! Messages and enums as JSON Schema, by the protobuf JSON mapping.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use prost_reflect::{
    DescriptorPool, EnumDescriptor, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor,
    OneofDescriptor, Value,
};

use super::comments::Comments;
use super::json::{Json, array, object, reference, text};
use super::words::capitalised;
use super::{examples, hints};
use crate::Error;

/// `google.api.FieldBehavior.REQUIRED`.
const REQUIRED: i32 = 2;
/// `google.api.FieldBehavior.OUTPUT_ONLY`.
const OUTPUT_ONLY: i32 = 3;

/// The form in which a message is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// With all that it requires.
    Whole,
    /// As a change: what is absent stays as it is, so nothing is required.
    Change,
}

/// The schemas that were asked for, and those that they refer to.
pub struct Schemas<'a> {
    comments: &'a Comments,
    behavior: ExtensionDescriptor,
    ambiguous: BTreeSet<String>,
    done: BTreeMap<String, Json>,
}

impl<'a> Schemas<'a> {
    /// No schemas yet.
    pub fn new(pool: &DescriptorPool, comments: &'a Comments) -> Result<Self, Error> {
        let behavior = pool
            .get_extension_by_name("google.api.field_behavior")
            .ok_or_else(|| Error::Option("google.api.field_behavior is not defined".into()))?;
        let served = |package: &str| pool.services().any(|service| service.package_name() == package);
        let mut seen = BTreeSet::new();
        let mut ambiguous = BTreeSet::new();
        let names = pool
            .all_messages()
            .map(|message| (message.package_name().to_owned(), message.name().to_owned()))
            .chain(
                pool.all_enums()
                    .map(|values| (values.package_name().to_owned(), values.name().to_owned())),
            );
        for (package, name) in names {
            if served(&package) && !seen.insert(name.clone()) {
                ambiguous.insert(name);
            }
        }
        Ok(Self {
            comments,
            behavior,
            ambiguous,
            done: BTreeMap::new(),
        })
    }

    /// All schemas by name.
    pub fn into_json(self) -> Json {
        Json::Object(self.done.into_iter().collect())
    }

    /// The comment of a field.
    pub fn comment(&self, field: &FieldDescriptor) -> &'a str {
        self.comments.at(&field.parent_file(), field.path())
    }

    /// Whether a request has to have the field.
    pub fn is_required(&self, field: &FieldDescriptor) -> bool {
        self.has_behavior(field, REQUIRED)
    }

    fn has_behavior(&self, field: &FieldDescriptor, wanted: i32) -> bool {
        match field.options().get_extension(&self.behavior).as_ref() {
            Value::List(values) => values.iter().any(|value| value.as_enum_number() == Some(wanted)),
            _ => false,
        }
    }

    /// A message's schema: in place if it is well known, otherwise a reference.
    pub fn message(&mut self, message: &MessageDescriptor, form: Form) -> Json {
        if let Some(schema) = well_known(message.full_name()) {
            return schema;
        }
        let mut name = self.name(message.package_name(), message.name());
        if form == Form::Change {
            name.push_str("Change");
        }
        if !self.done.contains_key(&name) {
            // Held before its fields are looked at: messages may contain themselves.
            self.done.insert(name.clone(), Json::empty());
            let schema = self.object(message, form, &[]);
            self.done.insert(name.clone(), schema);
        }
        reference("schemas", &name)
    }

    /// A message's schema in place, without some of its fields.
    pub fn object(&mut self, message: &MessageDescriptor, form: Form, without: &[String]) -> Json {
        let mut schema = object([("type", text("object"))]);
        let mut description = self
            .comments
            .at(&message.parent_file(), message.path())
            .to_owned();
        for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
            let _ = write!(description, "\n\nAt most one of {}.", alternatives(&oneof));
        }
        if form == Form::Change {
            description.push_str("\n\nWhat is absent stays as it is.");
        }
        if !description.is_empty() {
            schema.set("description", description.trim());
        }
        let mut required = Vec::new();
        let mut properties = Json::empty();
        for field in message
            .fields()
            .filter(|field| !without.iter().any(|name| name == field.name()))
        {
            if form == Form::Whole && self.is_required(&field) {
                required.push(text(field.json_name()));
            }
            properties.set(field.json_name(), self.property(&field));
        }
        if !required.is_empty() {
            schema.set("required", required);
        }
        if !properties.is_empty() {
            schema.set("properties", properties);
        }
        one_of_each(&mut schema, message);
        if let Some(example) = examples::of_message(message.full_name()) {
            schema.set("examples", array([example]));
        }
        schema
    }

    /// A field's schema with its comment.
    pub fn property(&mut self, field: &FieldDescriptor) -> Json {
        let comment = self.comment(field);
        let mut schema = Json::empty();
        if !comment.is_empty() {
            schema.set("description", comment);
        }
        if self.has_behavior(field, OUTPUT_ONLY) {
            schema.set("readOnly", true);
        }
        if let Json::Object(members) = self.value(field) {
            for (name, value) in members {
                schema.set(&name, value);
            }
        }
        schema
    }

    /// A field's schema without its comment.
    pub fn value(&mut self, field: &FieldDescriptor) -> Json {
        match field.kind() {
            Kind::Message(entry) if field.is_map() => {
                let values = self.value(&entry.map_entry_value_field());
                object([("type", text("object")), ("additionalProperties", values)])
            }
            kind if field.is_list() => {
                let mut items = self.kind(&kind);
                hints::apply_to_items(&mut items, field);
                object([("type", text("array")), ("items", items)])
            }
            kind => {
                let mut schema = self.kind(&kind);
                hints::apply(&mut schema, field, self.is_required(field), self.comment(field));
                schema
            }
        }
    }

    fn kind(&mut self, kind: &Kind) -> Json {
        let typed = |name: &str, format: &str| object([("type", text(name)), ("format", text(format))]);
        match kind {
            Kind::Double => typed("number", "double"),
            Kind::Float => typed("number", "float"),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => typed("integer", "int32"),
            Kind::Uint32 | Kind::Fixed32 => typed("integer", "uint32").with("minimum", 0),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                typed("string", "int64").with("pattern", "^-?[0-9]+$")
            }
            Kind::Uint64 | Kind::Fixed64 => typed("string", "uint64").with("pattern", "^[0-9]+$"),
            Kind::Bool => object([("type", text("boolean"))]),
            Kind::String => object([("type", text("string"))]),
            Kind::Bytes => object([("type", text("string")), ("contentEncoding", text("base64"))]),
            Kind::Message(message) => self.message(message, Form::Whole),
            Kind::Enum(values) => self.enumeration(values),
        }
    }

    fn enumeration(&mut self, values: &EnumDescriptor) -> Json {
        let name = self.name(values.package_name(), values.name());
        if !self.done.contains_key(&name) {
            let file = values.parent_file();
            let mut description = format!("{}\n", self.comments.at(&file, values.path()));
            for value in values.values() {
                let comment = self.comments.at(&file, value.path());
                let _ = write!(description, "\n- `{}`: {comment}", value.name());
            }
            let schema = object([
                ("type", text("string")),
                ("description", text(description)),
                ("enum", array(values.values().map(|value| text(value.name())))),
            ])
            // The first value means "not said", which makes a poor example.
            .with(
                "examples",
                array(values.values().nth(1).map(|value| text(value.name()))),
            );
            self.done.insert(name.clone(), schema);
        }
        reference("schemas", &name)
    }

    /// The plain name, or with its domain in front where two domains use the same.
    fn name(&self, package: &str, name: &str) -> String {
        if !self.ambiguous.contains(name) {
            return name.to_owned();
        }
        let domain = package.split('.').nth(1).unwrap_or_default();
        capitalised(domain) + name
    }
}

fn alternatives(oneof: &OneofDescriptor) -> String {
    let names: Vec<_> = oneof
        .fields()
        .map(|field| format!("`{}`", field.json_name()))
        .collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// No two fields of a oneof together: each forbids those after it.
fn one_of_each(schema: &mut Json, message: &MessageDescriptor) {
    let mut dependent = Json::empty();
    for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
        let names: Vec<_> = oneof.fields().map(|field| field.json_name().to_owned()).collect();
        if names.len() == message.fields().len() {
            schema.set("maxProperties", 1);
            return;
        }
        for (index, name) in names.iter().enumerate() {
            let others = names[index + 1..]
                .iter()
                .map(|other| (other.clone(), false.into()));
            let others = Json::Object(others.collect());
            if !others.is_empty() {
                dependent.set(name, object([("properties", others)]));
            }
        }
    }
    if !dependent.is_empty() {
        schema.set("dependentSchemas", dependent);
    }
}

/// Messages whose JSON form is not an object of their fields.
fn well_known(name: &str) -> Option<Json> {
    let typed = |name: &str| object([("type", text(name))]);
    Some(match name {
        "google.protobuf.Timestamp" => typed("string")
            .with("format", "date-time")
            .with("examples", array([text("2025-12-11T08:30:00Z")])),
        "google.protobuf.Duration" => typed("string")
            .with("pattern", r"^-?[0-9]+(\.[0-9]{1,9})?s$")
            .with("examples", array([text("1.5s")])),
        "google.protobuf.FieldMask" => {
            typed("string").with("examples", array([text("description,merchant")]))
        }
        "google.protobuf.Struct" => typed("object")
            .with("additionalProperties", true)
            .with("examples", array([Json::empty()])),
        "google.protobuf.ListValue" => typed("array").with("items", Json::empty()),
        "google.protobuf.Value" => Json::empty(),
        "google.protobuf.Empty" => typed("object")
            .with("description", "Nothing.")
            .with("maxProperties", 0),
        "google.protobuf.Any" => object([
            ("type", text("object")),
            ("required", array([text("@type")])),
            ("properties", object([("@type", typed("string"))])),
            ("additionalProperties", Json::Bool(true)),
        ]),
        "google.protobuf.DoubleValue" | "google.protobuf.FloatValue" => typed("number"),
        "google.protobuf.Int32Value" | "google.protobuf.UInt32Value" => typed("integer"),
        "google.protobuf.Int64Value" | "google.protobuf.UInt64Value" => {
            typed("string").with("format", "int64")
        }
        "google.protobuf.BoolValue" => typed("boolean"),
        "google.protobuf.StringValue" => typed("string"),
        "google.protobuf.BytesValue" => typed("string").with("contentEncoding", "base64"),
        "google.api.HttpBody" => typed("string").with("format", "binary"),
        _ => return None,
    })
}
