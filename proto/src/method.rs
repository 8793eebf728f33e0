//! What the `.proto` files say of each method beside its types.

/// Who may call a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A signed-in person, or a service acting for one.
    User,
    /// Anyone.
    Public,
    /// Another service of the mesh.
    Mesh,
}

/// A gRPC method and its REST routes.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// "/package.Service/Method".
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// The scope that opens it to a token of limited scope, for example "expense:read". Without one, only a session
    /// opens what is for users.
    pub scope: Option<&'static str>,
    /// Upper-case HTTP methods and path templates, the main one first; empty when not routed.
    pub http: &'static [(&'static str, &'static str)],
}

impl Method {
    /// The fully qualified service, for example `pfms.expense.v1.ExpenseService`.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.path
            .trim_start_matches('/')
            .split('/')
            .next()
            .unwrap_or_default()
    }

    /// Looks a method up by its gRPC path.
    #[must_use]
    pub fn find(path: &str) -> Option<&'static Self> {
        crate::METHODS.iter().find(|method| method.path == path)
    }
}

/// Every scope that opens some method, in order.
pub fn scopes() -> impl Iterator<Item = &'static str> {
    let scopes: std::collections::BTreeSet<_> =
        crate::METHODS.iter().filter_map(|method| method.scope).collect();
    scopes.into_iter()
}
