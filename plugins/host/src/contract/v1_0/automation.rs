//! Automation rules.

use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Result, Store};

use super::bindings::{AutomationRule, AutomationRulePre};
use super::{lend, take, types as wit};
use crate::contract::Decision;
use crate::sandbox::Sandbox;
use crate::{Action, Context, Description, Event, Facts, User};

/// A component that implements this version.
pub(crate) struct Rule(AutomationRulePre<Sandbox>);

impl Rule {
    pub(crate) fn link(linker: &mut Linker<Sandbox>, component: &Component) -> Result<Self> {
        AutomationRule::add_to_linker::<_, HasSelf<_>>(linker, |sandbox| sandbox)?;
        AutomationRulePre::new(linker.instantiate_pre(component)?).map(Self)
    }

    pub(crate) fn describe(&self, store: &mut Store<Sandbox>) -> Result<Description> {
        let instance = self.0.instantiate(&mut *store)?;
        instance
            .pfms_rules_automation()
            .call_describe(store)
            .map(take::description)
    }

    pub(crate) fn evaluate(
        &self,
        store: &mut Store<Sandbox>,
        context: &Context,
        event: &Event,
        facts: &Facts,
        config: &str,
    ) -> Result<Decision> {
        let texts = lend::Texts::of_event(event);
        let fields = lend::fields(event, &texts);
        let happened = lend::event(event, &texts, &fields);

        let recent = facts
            .recent_expenses
            .as_deref()
            .map(|recent| lend::shown(recent, event));
        let tags = lend::Texts::of_expenses(recent.as_deref().unwrap_or_default());
        let recent = recent.map(|recent| lend::expenses(&recent, &tags));
        let categories = lend::categories(facts.spending.as_deref().unwrap_or_default());
        let spending = facts
            .spending
            .as_deref()
            .map(|spending| lend::spending(spending, &categories));
        let budgets = facts.budgets.as_deref().map(lend::budgets);
        let goals = facts.goals.as_deref().map(lend::goals);
        let known = wit::Facts {
            recent_expenses: recent.as_deref(),
            spending: spending.as_deref(),
            budgets: budgets.as_deref(),
            goals: goals.as_deref(),
        };

        let instance = self.0.instantiate(&mut *store)?;
        let rule = instance.pfms_rules_automation();
        let answer = rule.call_evaluate(store, lend_context(context), happened, known, config)?;
        Ok(answer
            .map(|actions| actions.into_iter().map(take_action).collect())
            .map_err(take::rule_error))
    }
}

fn lend_context(context: &Context) -> wit::Context<'_> {
    wit::Context {
        event_id: &context.event_id,
        rule_id: &context.rule_id,
        occurred_at: lend::instant(context.occurred_at),
        user: lend_user(&context.user),
    }
}

fn lend_user(user: &User) -> wit::User<'_> {
    wit::User {
        currency: &user.currency,
        time_zone: &user.time_zone,
        utc_offset_seconds: user.utc_offset_seconds,
        today: lend::date(user.today),
    }
}

fn take_action(action: wit::Action) -> Action {
    match action {
        wit::Action::Notify(notification) => Action::Notify(take::notification(notification)),
        wit::Action::Categorize(category) => Action::Categorize(category),
        wit::Action::Tag(tags) => Action::Tag(tags),
        wit::Action::Save(saving) => Action::Save(take::saving(saving)),
        wit::Action::Log(line) => Action::Log(line),
        wit::Action::CreateExpense(expense) => Action::CreateExpense(take::new_expense(expense)),
        wit::Action::Emit(emission) => Action::Emit(take::emission(emission)),
        wit::Action::Webhook(call) => Action::Webhook(take::webhook_call(call)),
    }
}
