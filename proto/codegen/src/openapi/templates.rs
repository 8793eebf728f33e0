//! Path templates and paths of fields, as in `google.api.http`.

use std::fmt::Write;

use prost_reflect::{FieldDescriptor, MessageDescriptor};

use super::words::camel_case;

/// The fields that a path template names, as in the `.proto` file.
pub fn path_fields(template: &str) -> Vec<String> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .map(|part| part.split('=').next().unwrap_or_default().to_owned())
        .collect()
}

/// The template with JSON names and without patterns.
pub fn plain_template(template: &str) -> String {
    let mut out = String::new();
    for (index, part) in template.split('{').enumerate() {
        match part.split_once('}') {
            Some((variable, rest)) if index > 0 => {
                let name = variable.split('=').next().unwrap_or_default();
                let _ = write!(out, "{{{}}}{rest}", json_path(name));
            }
            _ => out.push_str(part),
        }
    }
    out
}

/// A path of fields by their JSON names.
pub fn json_path(path: &str) -> String {
    path.split('.').map(camel_case).collect::<Vec<_>>().join(".")
}

/// The field at the end of a path.
pub fn nested(message: &MessageDescriptor, path: &str) -> Option<FieldDescriptor> {
    match path.split_once('.') {
        None => message.get_field_by_name(path),
        Some((first, rest)) => nested(message.get_field_by_name(first)?.kind().as_message()?, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::{path_fields, plain_template};

    #[test]
    fn variables_lose_their_patterns_and_get_json_names() {
        let template = "/v1/{rule.module_id=modules/*}/runs/{id}:retry";
        assert_eq!(path_fields(template), ["rule.module_id", "id"]);
        assert_eq!(plain_template(template), "/v1/{rule.moduleId}/runs/{id}:retry");
    }
}
