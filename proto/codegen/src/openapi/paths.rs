//! RPCs as operations: one for each REST route.

use std::collections::BTreeSet;

use prost_reflect::{
    DescriptorPool, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor,
};

use super::comments::Comments;
use super::examples;
use super::json::{Json, array, object, reference, text};
use super::schema::{Form, Schemas};
use super::templates::{json_path, nested, path_fields, plain_template};
use super::words::{capitalised, first_sentence};
use crate::Error;
use crate::methods::{HttpRule, http_rules};
use crate::scope::Reach;

/// How deep query parameters reach into messages.
const QUERY_DEPTH: usize = 4;

/// Builds operations.
pub struct Paths<'a> {
    pool: &'a DescriptorPool,
    comments: &'a Comments,
    schemas: Schemas<'a>,
    access: ExtensionDescriptor,
    reach: Reach,
    ids: BTreeSet<String>,
    operations: Json,
}

impl<'a> Paths<'a> {
    /// No operations yet.
    pub fn new(pool: &'a DescriptorPool, comments: &'a Comments) -> Result<Self, Error> {
        let access = pool
            .get_extension_by_name("pfms.types.v1.access")
            .ok_or_else(|| Error::Option("pfms.types.v1.access is not defined".into()))?;
        Ok(Self {
            pool,
            comments,
            schemas: Schemas::new(pool, comments)?,
            access,
            reach: Reach::of(pool)?,
            ids: BTreeSet::new(),
            operations: Json::empty(),
        })
    }

    /// The paths, and the schemas that they refer to.
    pub fn into_json(self) -> (Json, Json) {
        (self.operations, self.schemas.into_json())
    }

    /// Adds the operations of a method.
    pub fn add(&mut self, tag: &str, method: &MethodDescriptor) -> Result<(), Error> {
        for (index, rule) in http_rules(self.pool, method)?.iter().enumerate() {
            let id = match index {
                0 => method.name().to_owned(),
                _ => format!(
                    "{}By{}",
                    method.name(),
                    capitalised(&rule.verb.to_ascii_lowercase())
                ),
            };
            if !self.ids.insert(id.clone()) {
                return Err(Error::Option(format!(
                    "{}: {id} is the id of two operations",
                    method.full_name()
                )));
            }
            let operation = self.operation(tag, id, method, rule)?;
            if let Some(path) = self.operations.entry(&plain_template(&rule.path)) {
                path.set(&rule.verb.to_ascii_lowercase(), operation);
            }
        }
        Ok(())
    }

    fn operation(
        &mut self,
        tag: &str,
        id: String,
        method: &MethodDescriptor,
        rule: &HttpRule,
    ) -> Result<Json, Error> {
        let public = method.options().get_extension(&self.access).as_enum_number() == Some(2);
        let comment = self.comments.at(&method.parent_file(), method.path());
        let (summary, more) = first_sentence(comment);

        let mut operation = object([("tags", array([text(tag)])), ("summary", text(summary))]);
        if !more.is_empty() {
            operation.set("description", more);
        }
        operation.set("operationId", id);
        if public {
            operation.set("security", Vec::new());
        } else {
            let scope = self.reach.scope(self.pool, method)?;
            operation.set("security", security(scope.as_deref()));
        }
        let parameters = self.parameters(method, rule)?;
        if !parameters.is_empty() {
            operation.set("parameters", parameters);
        }
        if let Some(body) = self.body(method, rule)? {
            operation.set("requestBody", body);
        }
        let mut responses = object([("200", self.success(method))]);
        if !public {
            responses.set("401", reference("responses", "Unauthenticated"));
            responses.set("403", reference("responses", "PermissionDenied"));
        }
        responses.set("429", reference("responses", "TooManyRequests"));
        responses.set("default", reference("responses", "Error"));
        operation.set("responses", responses);
        Ok(operation)
    }

    fn parameters(&mut self, method: &MethodDescriptor, rule: &HttpRule) -> Result<Vec<Json>, Error> {
        let input = method.input();
        let in_path = path_fields(&rule.path);
        let mut parameters = Vec::new();
        for name in &in_path {
            let field = nested(&input, name).ok_or_else(|| unknown(method, name))?;
            parameters.push(object([
                ("name", text(json_path(name))),
                ("in", text("path")),
                ("required", Json::Bool(true)),
                ("description", text(self.schemas.comment(&field))),
                ("schema", self.schemas.value(&field)),
            ]));
        }
        if rule.body != "*" {
            let mut bound = in_path;
            bound.push(rule.body.clone());
            self.query(&input, "", &bound, QUERY_DEPTH, &mut parameters);
        }
        if rule.verb != "GET" {
            parameters.push(reference("parameters", "IdempotencyKey"));
        }
        Ok(parameters)
    }

    /// Fields that are neither in the path nor in the body, nested ones as "a.b".
    fn query(
        &mut self,
        message: &MessageDescriptor,
        prefix: &str,
        bound: &[String],
        depth: usize,
        parameters: &mut Vec<Json>,
    ) {
        for field in message.fields() {
            let path = format!("{prefix}{}", field.name());
            if bound.contains(&path) || field.is_map() {
                continue;
            }
            match field.kind() {
                Kind::Message(inner) if !is_scalar_in_json(&inner) => {
                    if !field.is_list() && depth > 0 {
                        self.query(&inner, &format!("{path}."), bound, depth - 1, parameters);
                    }
                }
                _ => {
                    let mut parameter = object([("name", text(json_path(&path))), ("in", text("query"))]);
                    if self.schemas.is_required(&field) {
                        parameter.set("required", true);
                    }
                    parameter.set("description", self.schemas.comment(&field));
                    parameter.set("schema", self.schemas.value(&field));
                    parameters.push(parameter);
                }
            }
        }
    }

    fn body(&mut self, method: &MethodDescriptor, rule: &HttpRule) -> Result<Option<Json>, Error> {
        let input = method.input();
        let (schema, description, required, content_type) = match rule.body.as_str() {
            "" => return Ok(None),
            "*" => {
                let in_path = path_fields(&rule.path);
                let rest: Vec<_> = input
                    .fields()
                    .filter(|field| !in_path.iter().any(|name| name == field.name()))
                    .collect();
                if rest.is_empty() {
                    return Ok(None);
                }
                let required = rest.iter().any(|field| self.schemas.is_required(field));
                let schema = if in_path.is_empty() {
                    self.schemas.message(&input, Form::Whole)
                } else {
                    self.schemas.object(&input, Form::Whole, &in_path)
                };
                (schema, String::new(), required, "application/json".to_owned())
            }
            name => {
                let field = input
                    .get_field_by_name(name)
                    .ok_or_else(|| unknown(method, name))?;
                let comment = self.schemas.comment(&field).to_owned();
                let schema = match field.kind() {
                    Kind::Message(message) if !field.is_list() && !field.is_map() => {
                        self.schemas.message(&message, form_of(&input))
                    }
                    _ => self.schemas.value(&field),
                };
                let content_type = content_type(&field, &comment);
                (schema, comment, self.schemas.is_required(&field), content_type)
            }
        };
        let mut media = object([("schema", schema)]);
        let samples = examples::of_request(method.full_name());
        if !samples.is_empty() {
            media.set(
                "examples",
                Json::Object(
                    samples
                        .into_iter()
                        .map(|(name, summary, value)| {
                            (
                                name.to_owned(),
                                object([("summary", text(summary)), ("value", value)]),
                            )
                        })
                        .collect(),
                ),
            );
        }
        let mut body = Json::empty();
        if !description.is_empty() {
            body.set("description", description);
        }
        body.set("required", required);
        body.set("content", object([(content_type.as_str(), media)]));
        Ok(Some(body))
    }

    fn success(&mut self, method: &MethodDescriptor) -> Json {
        let output = method.output();
        let raw = output.full_name() == "google.api.HttpBody";
        let description = match output.full_name() {
            "google.protobuf.Empty" => "Done.".to_owned(),
            _ if raw => "The bytes.".to_owned(),
            _ => format!(
                "`{}`: {}",
                output.name(),
                self.comments.at(&output.parent_file(), output.path())
            ),
        };
        let schema = self.schemas.message(&output, Form::Whole);
        let comment = self.comments.at(&method.parent_file(), method.path());
        let (content_type, schema) = match (raw, method.is_server_streaming()) {
            (true, _) => (raw_type(comment), schema),
            (false, true) => (
                "application/json",
                object([("type", text("array")), ("items", schema)]),
            ),
            (false, false) => ("application/json", schema),
        };
        object([
            ("description", text(description)),
            ("content", object([(content_type, object([("schema", schema)]))])),
        ])
    }
}

/// A session's token does for every operation; a personal access token where its scope is named.
fn security(scope: Option<&str>) -> Json {
    let mut ways = vec![object([("bearer", array([]))])];
    ways.extend(scope.map(|scope| object([("personalToken", array([text(scope)]))])));
    Json::Array(ways)
}

/// Requests with a mask are changes.
fn form_of(input: &MessageDescriptor) -> Form {
    match input.get_field_by_name("update_mask") {
        Some(_) => Form::Change,
        None => Form::Whole,
    }
}

fn content_type(field: &FieldDescriptor, comment: &str) -> String {
    if !matches!(field.kind(), Kind::Message(message) if message.full_name() == "google.api.HttpBody") {
        return "application/json".to_owned();
    }
    raw_type(comment).to_owned()
}

/// Raw bodies name their type in the comment of their field or method: content type "…".
fn raw_type(comment: &str) -> &str {
    comment
        .split_once("content type \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("application/octet-stream", |(name, _)| name)
}

fn is_scalar_in_json(message: &MessageDescriptor) -> bool {
    let name = message.full_name();
    name.ends_with("Value") && name.starts_with("google.protobuf.")
        || [
            "google.protobuf.Timestamp",
            "google.protobuf.Duration",
            "google.protobuf.FieldMask",
        ]
        .contains(&name)
}

fn unknown(method: &MethodDescriptor, field: &str) -> Error {
    Error::Option(format!(
        "{}: the route names {field}, which the request does not have",
        method.full_name()
    ))
}
