//! What a rule refers to has to exist when the rule is saved.

use pfms_plugin_host::FactRequest;
use pfms_proto::expense::v1::GetCategoryRequest;
use pfms_proto::expense::v1::category_service_client::CategoryServiceClient;
use pfms_runtime::client::MeshChannel;
use pfms_runtime::{Error, Violations};
use pfms_types::UserId;
use sqlx::PgConnection;
use tonic::Code;

use crate::action::{Action, NO_SAVINGS, UNAVAILABLE};
use crate::facts;
use crate::rule::Draft;
use crate::store;

/// Refuses actions that this mesh has no service for.
///
/// # Errors
/// `ACTION_UNAVAILABLE`.
pub fn check_available(draft: &Draft) -> Result<(), Error> {
    let saves = |action: &Action| matches!(action, Action::Save(_));
    match draft.actions.iter().position(saves) {
        None => Ok(()),
        Some(index) => Err(Error::FailedPrecondition {
            reason: UNAVAILABLE,
            message: format!("actions[{index}].save: {NO_SAVINGS}"),
        }),
    }
}

/// Asks the expense service for the categories that actions name. A category that it cannot be asked for now is let
/// through: when the rule runs, the action fails visibly.
///
/// # Errors
/// Names each category that does not exist.
pub async fn check_categories(expenses: &MeshChannel, user_id: UserId, draft: &Draft) -> Result<(), Error> {
    let mut violations = Violations::default();
    for (index, action) in draft.actions.iter().enumerate() {
        let (field, id) = match action {
            Action::Categorize(id) => ("categorize", *id),
            Action::CreateExpense(expense) => match expense.category_id {
                Some(id) => ("createExpense", id),
                None => continue,
            },
            _ => continue,
        };
        let request = GetCategoryRequest {
            id: id.to_string(),
            ..GetCategoryRequest::default()
        };
        let answer = CategoryServiceClient::new(expenses.acting_for(user_id))
            .get_category(request)
            .await;
        match answer {
            Err(status) if status.code() == Code::NotFound => violations.add(
                format!("actions[{index}].{field}.categoryId"),
                "must be the id of one of your categories",
            ),
            Err(status) => tracing::warn!(%status, "a rule's category was not checked"),
            Ok(_) => {}
        }
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(violations.into())
    }
}

/// Checks modules and the group, in the transaction that stores the rule.
///
/// # Errors
/// Names each that does not exist or does not fit, or when the database does not answer.
pub async fn check_stored(
    connection: &mut PgConnection,
    user_id: UserId,
    draft: &Draft,
) -> Result<(), Error> {
    let mut violations = Violations::default();
    let trigger = draft.trigger.name();
    for (path, component) in draft.components() {
        let module = store::modules::find(connection, user_id, component.module_id).await?;
        let field = format!("{path}.moduleId");
        let Some(module) = module else {
            violations.add(field, "must be the id of one of your modules");
            continue;
        };
        if !module.triggers.iter().any(|declared| declared == trigger) {
            let declared = module.triggers.join(", ");
            let problem = format!("must be one that the module asks to see: {declared}");
            violations.add("trigger.event", problem);
        }
        if module.facts.iter().any(|fact| fact == FactRequest::Goals.name()) {
            return Err(Error::FailedPrecondition {
                reason: facts::UNAVAILABLE,
                message: format!("{field}: the module asks for goals, which nobody offers in this mesh"),
            });
        }
    }
    if let Some(id) = draft.group_id
        && store::groups::find(connection, user_id, id).await?.is_none()
    {
        violations.add("groupId", "must be the id of one of your groups");
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(violations.into())
    }
}

/// Checks webhooks, in the transaction that stores the rule.
///
/// # Errors
/// Names each that does not exist, or when the database does not answer.
pub async fn check_webhooks(
    connection: &mut PgConnection,
    user_id: UserId,
    draft: &Draft,
) -> Result<(), Error> {
    let mut violations = Violations::default();
    for (index, action) in draft.actions.iter().enumerate() {
        if let Action::Webhook { webhook_id, .. } = action
            && !store::webhooks::exists(connection, user_id, *webhook_id).await?
        {
            violations.add(
                format!("actions[{index}].webhook.webhookId"),
                "must be the id of one of your webhooks",
            );
        }
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(violations.into())
    }
}
