//! `CategoryService`.

use pbjson_types::Empty;
use pfms_proto::expense::v1 as wire;
use pfms_proto::expense::v1::category_service_server::CategoryService;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::parse::{self, UpdateMask};
use pfms_runtime::sharing::{SharedArea, Sharing};
use pfms_runtime::{Begun, Call, Context, Database, Error, Violations};
use pfms_types::{PageSize, UserId};
use tonic::{Request, Response, Status, async_trait};

use super::wire as out;
use crate::category::{Category, CategoryId, Details, MAX_DEPTH, PlacementError, UPDATABLE, check_placement};
use crate::store;

/// Handlers of categories.
#[derive(Clone)]
pub struct Categories {
    database: Database,
    pages: PageTokens,
    sharing: Sharing,
}

impl Categories {
    /// On the service's own database.
    pub fn new(context: &Context, sharing: Sharing) -> Self {
        Self {
            database: context.database.clone(),
            pages: context.page_tokens.clone(),
            sharing,
        }
    }

    /// The system's categories are given when categories are first used.
    async fn seed(&self, user_id: UserId) -> Result<(), Error> {
        store::category::seed(self.database.pool(), user_id, self.database.clock().now()).await
    }
}

#[async_trait]
impl CategoryService for Categories {
    async fn create_category(
        &self,
        request: Request<wire::CreateCategoryRequest>,
    ) -> Result<Response<wire::Category>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let details = parse_details(request.into_inner().category.unwrap_or_default())?;
        self.seed(user_id).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let tree = store::category::lock_tree(unit.connection(), user_id).await?;
        place(&tree, None, details.parent_id)?;
        let category = Category {
            id: CategoryId::generate(),
            details,
            system: false,
            created_at: self.database.clock().now(),
        };
        if !store::category::insert(unit.connection(), user_id, &category).await? {
            return Err(name_taken(&category).into());
        }
        Ok(Response::new(unit.commit(out::category(&category)).await?))
    }

    async fn get_category(
        &self,
        request: Request<wire::GetCategoryRequest>,
    ) -> Result<Response<wire::Category>, Status> {
        let call = Call::of(&request)?;
        let request = request.into_inner();
        let owner = self
            .sharing
            .owner(&call, &request.owner_user_id, SharedArea::Expenses)
            .await?;
        let id = parse_id("id", &request.id)?;
        let category = store::category::get(self.database.pool(), owner, id).await?;
        Ok(Response::new(out::category(
            &category.ok_or(Error::NotFound("the category"))?,
        )))
    }

    async fn list_categories(
        &self,
        request: Request<wire::ListCategoriesRequest>,
    ) -> Result<Response<wire::ListCategoriesResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let request = request.into_inner();
        let owner = self
            .sharing
            .owner(&call, &request.owner_user_id, SharedArea::Expenses)
            .await?;
        let size = PageSize::parse(request.page_size).map_err(|text| Error::invalid("pageSize", text))?;
        let scope = ("ListCategories", user_id.uuid(), owner.uuid());
        let after: Option<String> = self.pages.open(&request.page_token, &scope)?;
        // Reading what another one shares changes nothing there.
        if owner == user_id {
            self.seed(user_id).await?;
        }
        let limit = size.limit_with_lookahead();
        let mut categories =
            store::category::list(self.database.pool(), owner, after.as_deref(), limit).await?;
        let more = categories.len() > size.rows();
        categories.truncate(size.rows());
        let next_page_token = match categories.last().filter(|_| more) {
            Some(last) => self.pages.seal(&last.details.name, &scope)?,
            None => String::new(),
        };
        let categories = categories.iter().map(out::category).collect();
        Ok(Response::new(wire::ListCategoriesResponse {
            categories,
            next_page_token,
        }))
    }

    async fn update_category(
        &self,
        request: Request<wire::UpdateCategoryRequest>,
    ) -> Result<Response<wire::Category>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let (id, change, mask) = parse_change(request)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let tree = store::category::lock_tree(unit.connection(), user_id).await?;
        let before = store::category::get(unit.connection(), user_id, id)
            .await?
            .ok_or(Error::NotFound("the category"))?;
        let details = parse_details(overlay(out::category(&before), change, &mask))?;
        place(&tree, Some(id), details.parent_id)?;
        let after = Category { details, ..before };
        if !store::category::update(unit.connection(), user_id, &after).await? {
            return Err(name_taken(&after).into());
        }
        Ok(Response::new(unit.commit(out::category(&after)).await?))
    }

    async fn delete_category(
        &self,
        request: Request<wire::DeleteCategoryRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let id = parse_id("id", &request.id)?;
        let target = match request.reassign_to.as_str() {
            "" => None,
            text => Some(parse_id("reassignTo", text)?),
        };
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let tree = store::category::lock_tree(unit.connection(), user_id).await?;
        if !tree.iter().any(|(category, _)| *category == id) {
            return Err(Error::NotFound("the category").into());
        }
        check_deletion(&tree, id, target)?;
        let unused = store::category::reassign(unit.connection(), user_id, id, target).await?;
        if !unused || !store::category::delete(unit.connection(), user_id, id).await? {
            return Err(Error::FailedPrecondition {
                reason: "CATEGORY_IN_USE",
                message: "the category has expenses; name another one for them in reassignTo".into(),
            }
            .into());
        }
        Ok(Response::new(unit.commit(Empty {}).await?))
    }
}

type Tree = [(CategoryId, Option<CategoryId>)];

fn check_deletion(tree: &Tree, id: CategoryId, target: Option<CategoryId>) -> Result<(), Error> {
    if tree.iter().any(|(_, parent)| *parent == Some(id)) {
        return Err(Error::FailedPrecondition {
            reason: "CATEGORY_HAS_CHILDREN",
            message: "move or delete the categories below it first".into(),
        });
    }
    match target {
        Some(target) if target == id || !tree.iter().any(|(category, _)| *category == target) => Err(
            Error::invalid("reassignTo", "must be another one of your categories"),
        ),
        _ => Ok(()),
    }
}

fn parse_id(field: &str, text: &str) -> Result<CategoryId, Error> {
    text.parse().map_err(|error| Error::invalid(field, error))
}

fn parse_details(category: wire::Category) -> Result<Details, Error> {
    let mut violations = Violations::default();
    let details = Details::parse(category, &mut violations);
    if violations.is_empty() {
        Ok(details)
    } else {
        Err(violations.into())
    }
}

fn parse_change(
    request: wire::UpdateCategoryRequest,
) -> Result<(CategoryId, wire::Category, UpdateMask), Error> {
    let mut violations = Violations::default();
    let id = parse::id(&mut violations, "id", &request.id);
    let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
    let category = request.category.unwrap_or_default();
    if !category.id.is_empty() && category.id != request.id {
        violations.add("category.id", "must be absent or the id in the path");
    }
    match id.filter(|_| violations.is_empty()) {
        Some(id) => Ok((id, category, mask)),
        None => Err(violations.into()),
    }
}

fn overlay(current: wire::Category, change: wire::Category, mask: &UpdateMask) -> wire::Category {
    macro_rules! pick {
        ($field:ident) => {
            if mask.touches(stringify!($field), !change.$field.is_empty()) {
                change.$field
            } else {
                current.$field
            }
        };
    }
    wire::Category {
        id: current.id,
        name: pick!(name),
        icon: pick!(icon),
        color: pick!(color),
        parent_id: pick!(parent_id),
        system: current.system,
        create_time: current.create_time,
    }
}

/// Checks a place in the user's tree.
fn place(tree: &Tree, moved: Option<CategoryId>, parent: Option<CategoryId>) -> Result<(), Error> {
    let Some(parent) = parent else { return Ok(()) };
    check_placement(tree, moved, parent).map_err(|error| {
        let text = match error {
            PlacementError::NoSuchParent => "is not one of your categories".to_owned(),
            PlacementError::Cycle => "must not be the category itself or one below it".to_owned(),
            PlacementError::TooDeep => format!("would make the tree deeper than {MAX_DEPTH} levels"),
        };
        Error::invalid("parentId", text)
    })
}

fn name_taken(category: &Category) -> Error {
    Error::AlreadyExists {
        reason: "CATEGORY_NAME_TAKEN",
        message: format!("there is a category named {:?} already", category.details.name),
    }
}
