//! Reads the contract.

use std::path::Path;

use wit_parser::{
    Function, Interface, InterfaceId, Resolve, Type, TypeDef, TypeDefKind, World, WorldItem, WorldKey,
};

/// The contract: the interfaces and worlds of one package.
pub struct Contract {
    resolve: Resolve,
}

/// A world with the names of what it imports and exports.
pub(super) struct WorldView<'a> {
    pub(super) world: &'a World,
    pub(super) imports: Vec<&'a str>,
    pub(super) exports: Vec<&'a str>,
}

impl Contract {
    /// Reads a folder of WIT files.
    ///
    /// # Errors
    /// What the parser says of them.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut resolve = Resolve::default();
        resolve
            .push_path(folder)
            .map_err(|error| format!("{}: {error:#}", folder.display()))?;
        Ok(Self { resolve })
    }

    /// The package's name with its version, for example "pfms:rules@1.0.0".
    pub(super) fn package(&self) -> String {
        self.resolve
            .packages
            .iter()
            .map(|(_, package)| package.name.to_string())
            .collect()
    }

    pub(super) fn package_docs(&self) -> &str {
        self.resolve
            .packages
            .iter()
            .find_map(|(_, package)| package.docs.contents.as_deref())
            .unwrap_or_default()
    }

    pub(super) fn worlds(&self) -> Vec<WorldView<'_>> {
        let names = |items: &mut dyn Iterator<Item = (&WorldKey, &WorldItem)>| {
            items
                .filter_map(|(_, item)| match item {
                    WorldItem::Interface { id, .. } => self.resolve.interfaces[*id].name.as_deref(),
                    WorldItem::Function(_) | WorldItem::Type { .. } => None,
                })
                .collect()
        };
        let worlds = self.resolve.worlds.iter();
        worlds
            .map(|(_, world)| WorldView {
                world,
                imports: names(&mut world.imports.iter()),
                exports: names(&mut world.exports.iter()),
            })
            .collect()
    }

    /// In an order in which what is used stands before what uses it.
    pub(super) fn interfaces(&self) -> impl Iterator<Item = &Interface> {
        self.resolve.interfaces.iter().map(|(_, interface)| interface)
    }

    pub(super) fn interface(&self, name: &str) -> Option<&Interface> {
        self.interfaces()
            .find(|interface| interface.name.as_deref() == Some(name))
    }

    /// The types that an interface defines itself, rather than uses from another.
    pub(super) fn own_types<'a>(
        &'a self,
        interface: &'a Interface,
    ) -> impl Iterator<Item = (&'a str, &'a TypeDef)> {
        interface
            .types
            .iter()
            .map(|(name, id)| (name.as_str(), &self.resolve.types[*id]))
            .filter(|(_, definition)| !matches!(definition.kind, TypeDefKind::Type(Type::Id(_))))
    }

    /// The definition behind a name, whichever interface it was used through.
    pub(super) fn definition(&self, id: wit_parser::TypeId) -> &TypeDef {
        let definition = &self.resolve.types[id];
        match definition.kind {
            TypeDefKind::Type(Type::Id(original)) => self.definition(original),
            _ => definition,
        }
    }

    pub(super) fn name_of(&self, id: InterfaceId) -> &str {
        self.resolve.interfaces[id].name.as_deref().unwrap_or_default()
    }
}

/// The parameters of a function, by name.
pub(super) fn parameters(function: &Function) -> impl Iterator<Item = (&str, &Type)> {
    function
        .params
        .iter()
        .map(|parameter| (parameter.name.as_str(), &parameter.ty))
}
