//! Automation rules.

use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Result, Store};

use super::bindings::{AutomationRule, AutomationRulePre};
use super::{lend, take};
use crate::contract::Decision;
use crate::sandbox::Sandbox;
use crate::{Context, Description, Event, Facts};

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
        let known = super::types::Facts {
            recent_expenses: recent.as_deref(),
            spending: spending.as_deref(),
            budgets: budgets.as_deref(),
            goals: goals.as_deref(),
        };

        let instance = self.0.instantiate(&mut *store)?;
        let rule = instance.pfms_rules_automation();
        let answer = rule.call_evaluate(store, lend::context(context), happened, known, config)?;
        Ok(answer
            .map(|actions| actions.into_iter().map(take::action).collect())
            .map_err(take::rule_error))
    }
}
