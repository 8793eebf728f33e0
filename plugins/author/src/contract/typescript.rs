//! The types of an automation rule for TypeScript, as the tools that make components of JavaScript map them:
//! records are objects in camelCase, variants `{tag, val}`, enums texts, 64-bit numbers `bigint`.

use std::fmt::Write;

use wit_parser::{Docs, Interface, Type, TypeDef, TypeDefKind};

use super::wit::{Contract, parameters};

const HEADER: &str = "// Generated from the contract in plugins/wit by `make codegen`.\n";
/// What the world of automation rules is made of.
const INTERFACES: [&str; 2] = ["values", "types"];
const IMPORT: &str = "log";

/// `contract.d.ts`: every type.
pub(super) fn types(contract: &Contract) -> String {
    let mut out = HEADER.to_owned();
    for interface in INTERFACES.iter().filter_map(|name| contract.interface(name)) {
        for (name, definition) in contract.own_types(interface) {
            out.push('\n');
            out.push_str(&comment(&definition.docs, ""));
            out.push_str(&definition_of(contract, name, definition));
        }
    }
    out
}

/// `imports.d.ts`: what a component may call.
pub(super) fn imports(contract: &Contract) -> String {
    let Some(interface) = contract.interface(IMPORT) else {
        return HEADER.to_owned();
    };
    let package = contract.package();
    let module = match package.split_once('@') {
        Some((name, version)) => format!("{name}/{IMPORT}@{version}"),
        None => format!("{package}/{IMPORT}"),
    };
    format!(
        "{HEADER}\n{}declare module \"{module}\" {{\n{}}}\n",
        comment(&interface.docs, ""),
        functions_and_types(contract, interface)
    )
}

fn functions_and_types(contract: &Contract, interface: &Interface) -> String {
    let mut out = String::new();
    for (name, definition) in contract.own_types(interface) {
        let text = comment(&definition.docs, "") + &definition_of(contract, name, definition);
        for line in text.lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
    for function in interface.functions.values() {
        let parameters: Vec<String> = parameters(function)
            .map(|(name, kind)| format!("{}: {}", camel(name), of(contract, kind)))
            .collect();
        let result = function
            .result
            .as_ref()
            .map_or_else(|| "void".to_owned(), |kind| of(contract, kind));
        out.push_str(&comment(&function.docs, "  "));
        let _ = writeln!(
            out,
            "  export function {}({}): {result};",
            camel(&function.name),
            parameters.join(", ")
        );
    }
    out
}

fn definition_of(contract: &Contract, name: &str, definition: &TypeDef) -> String {
    let name = type_name(name);
    match &definition.kind {
        TypeDefKind::Record(record) => {
            let mut out = format!("export interface {name} {{\n");
            for field in &record.fields {
                out.push_str(&comment(&field.docs, "  "));
                // What may be none is undefined, and may be left out.
                let (mark, kind) = match optional(contract, &field.ty) {
                    Some(inner) => ("?", of(contract, inner)),
                    None => ("", of(contract, &field.ty)),
                };
                let _ = writeln!(out, "  {}{mark}: {kind};", camel(&field.name));
            }
            out + "}\n"
        }
        TypeDefKind::Variant(variant) => {
            let mut out = format!("export type {name} =\n");
            for case in &variant.cases {
                out.push_str(&comment(&case.docs, "  "));
                let value = case
                    .ty
                    .as_ref()
                    .map_or_else(String::new, |kind| format!("; val: {}", of(contract, kind)));
                let _ = writeln!(out, "  | {{ tag: \"{}\"{value} }}", case.name);
            }
            closed(&out)
        }
        TypeDefKind::Enum(cases) => {
            let mut out = format!("export type {name} =\n");
            for case in &cases.cases {
                out.push_str(&comment(&case.docs, "  "));
                let _ = writeln!(out, "  | \"{}\"", case.name);
            }
            closed(&out)
        }
        _ => String::new(),
    }
}

/// Ends a union.
fn closed(union: &str) -> String {
    union.trim_end().to_owned() + ";\n"
}

fn optional<'a>(contract: &'a Contract, kind: &Type) -> Option<&'a Type> {
    match kind {
        Type::Id(id) => match &contract.definition(*id).kind {
            TypeDefKind::Option(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

fn of(contract: &Contract, kind: &Type) -> String {
    match kind {
        Type::Bool => "boolean".to_owned(),
        Type::U64 | Type::S64 => "bigint".to_owned(),
        Type::String | Type::Char => "string".to_owned(),
        Type::Id(id) => {
            let definition = contract.definition(*id);
            match (&definition.name, &definition.kind) {
                (Some(name), _) => type_name(name),
                (None, TypeDefKind::List(item)) => format!("{}[]", of(contract, item)),
                (None, TypeDefKind::Option(item)) => format!("{} | undefined", of(contract, item)),
                (None, _) => "unknown".to_owned(),
            }
        }
        _ => "number".to_owned(),
    }
}

fn camel(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |out, word| out + &capitalized(word))
}

/// `Date` and `Event` are names of JavaScript's own: the first is ours too often to be hidden, so it is `Day` here.
fn type_name(name: &str) -> String {
    match name {
        "date" => "Day".to_owned(),
        _ => name.split('-').map(capitalized).collect(),
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn comment(docs: &Docs, indent: &str) -> String {
    let Some(text) = docs
        .contents
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    else {
        return String::new();
    };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    if let [line] = lines.as_slice() {
        return format!("{indent}/** {line} */\n");
    }
    let mut out = format!("{indent}/**\n");
    for line in lines {
        let _ = writeln!(out, "{}", format!("{indent} * {line}").trim_end());
    }
    out + indent + " */\n"
}
