//! The reference for people.

use std::fmt::Write;

use wit_parser::{Docs, Function, Interface, Type, TypeDef, TypeDefKind, TypeOwner};

use super::wit::{Contract, parameters};

/// The whole reference.
pub(super) fn reference(contract: &Contract) -> String {
    let mut out = Out(format!(
        "<!-- Generated from plugins/wit by `make codegen`. -->\n\n# The contract: {}\n\n{}\n",
        contract.package(),
        paragraph(contract.package_docs())
    ));
    out.line(
        "\nNames are as in WIT. Bindings write them as their language does: `recent-expenses` is `recent_expenses` in Rust and \
         Python, `recentExpenses` in TypeScript.\n",
    );
    out.line("## Worlds\n\n| world | imports | exports | |\n|---|---|---|---|");
    for view in contract.worlds() {
        let links = |names: &[&str]| {
            names
                .iter()
                .map(|name| link(name, name))
                .collect::<Vec<_>>()
                .join(", ")
        };
        out.line(&format!(
            "| `{}` | {} | {} | {} |",
            view.world.name,
            links(&view.imports),
            links(&view.exports),
            cell(&view.world.docs)
        ));
    }
    for interface in contract.interfaces() {
        out.interface(contract, interface);
    }
    out.0
}

struct Out(String);

impl Out {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn interface(&mut self, contract: &Contract, interface: &Interface) {
        let name = interface.name.as_deref().unwrap_or_default();
        self.line(&format!("\n<a id=\"{name}\"></a>\n\n## Interface `{name}`"));
        self.docs(&interface.docs);
        for function in interface.functions.values() {
            self.function(contract, function);
        }
        for (type_name, definition) in contract.own_types(interface) {
            self.definition(contract, name, type_name, definition);
        }
    }

    fn docs(&mut self, docs: &Docs) {
        if let Some(text) = &docs.contents {
            self.line(&format!("\n{}", paragraph(text)));
        }
    }

    fn function(&mut self, contract: &Contract, function: &Function) {
        let parameters: Vec<String> = parameters(function)
            .map(|(name, kind)| format!("{name}: {}", plain(contract, kind)))
            .collect();
        let result = function
            .result
            .as_ref()
            .map_or_else(String::new, |kind| format!(" → {}", plain(contract, kind)));
        self.line(&format!(
            "\n### `{}({}){result}`",
            function.name,
            parameters.join(", ")
        ));
        self.docs(&function.docs);
    }

    fn definition(&mut self, contract: &Contract, interface: &str, name: &str, definition: &TypeDef) {
        let kind = definition.kind.as_str();
        self.line(&format!(
            "\n<a id=\"{}\"></a>\n\n### {kind} `{name}`",
            anchor(interface, name)
        ));
        self.docs(&definition.docs);
        match &definition.kind {
            TypeDefKind::Record(record) => {
                self.line("\n| field | type | |\n|---|---|---|");
                for field in &record.fields {
                    let kind = linked(contract, &field.ty);
                    self.line(&format!("| `{}` | {kind} | {} |", field.name, cell(&field.docs)));
                }
            }
            TypeDefKind::Variant(variant) => {
                self.line("\n| case | holds | |\n|---|---|---|");
                for case in &variant.cases {
                    let kind = case
                        .ty
                        .as_ref()
                        .map_or_else(String::new, |kind| linked(contract, kind));
                    self.line(&format!("| `{}` | {kind} | {} |", case.name, cell(&case.docs)));
                }
            }
            TypeDefKind::Enum(cases) => {
                self.line("\n| case | |\n|---|---|");
                for case in &cases.cases {
                    self.line(&format!("| `{}` | {} |", case.name, cell(&case.docs)));
                }
            }
            _ => {}
        }
    }
}

/// A type as WIT writes it.
fn plain(contract: &Contract, kind: &Type) -> String {
    written(contract, kind, &|_, name| name.to_owned())
}

/// A type whose named parts link to their definitions.
fn linked(contract: &Contract, kind: &Type) -> String {
    written(contract, kind, &|interface, name| {
        link(name, &anchor(interface, name))
    })
}

fn written(contract: &Contract, kind: &Type, named: &dyn Fn(&str, &str) -> String) -> String {
    let Type::Id(id) = kind else {
        return primitive(kind).to_owned();
    };
    let definition = contract.definition(*id);
    let of = |kind: &Type| written(contract, kind, named);
    match (&definition.name, &definition.kind) {
        (Some(name), _) => {
            let interface = match definition.owner {
                TypeOwner::Interface(id) => contract.name_of(id),
                TypeOwner::World(_) | TypeOwner::None => "",
            };
            named(interface, name)
        }
        (None, TypeDefKind::List(item)) => format!("list of {}", of(item)),
        (None, TypeDefKind::Option(item)) => format!("{} or none", of(item)),
        (None, TypeDefKind::Result(result)) => {
            let part = |kind: &Option<Type>| kind.as_ref().map_or_else(|| "nothing".to_owned(), of);
            format!("{}, or the error {}", part(&result.ok), part(&result.err))
        }
        (None, other) => other.as_str().to_owned(),
    }
}

fn primitive(kind: &Type) -> &'static str {
    match kind {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext | Type::Id(_) => "",
    }
}

fn link(text: &str, anchor: &str) -> String {
    format!("[{text}](#{anchor})")
}

fn anchor(interface: &str, name: &str) -> String {
    format!("{interface}.{name}")
}

/// Lines of a comment as one paragraph per block.
fn paragraph(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim) {
        let _ = match (line.is_empty(), out.is_empty() || out.ends_with("\n\n")) {
            (true, _) => write!(out, "\n\n"),
            (false, true) => write!(out, "{line}"),
            (false, false) => write!(out, " {line}"),
        };
    }
    out
}

fn cell(docs: &Docs) -> String {
    let text = docs.contents.as_deref().unwrap_or_default();
    paragraph(text).replace("\n\n", " ").replace('|', "\\|")
}
