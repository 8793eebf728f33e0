// What rules are written with: a rule is an object with `describe` and `evaluate`, and `component` makes of it what the
// contract asks for.

import { log } from "pfms:rules/log@1.0.0";
import type { Action, Context, Day, Description, Event, Facts, Money, RuleError } from "./contract";

export type * from "./contract";
export { log };

/** All that a rule decides from, beside its configuration. */
export interface Input {
  /** Whose rule it is, and when the event happened. */
  context: Context;
  /** What happened. */
  event: Event;
  /** What the rule asked to know in its description. */
  facts: Facts;
}

/** A rule that answers events with actions. Both functions depend on their arguments alone. */
export interface Rule<Config> {
  /** What the component is and what it needs. */
  describe(): Description;
  /** What is to be done about an event; an empty list when nothing is. */
  evaluate(input: Input, config: Config): Action[];
}

/** Thrown when the configuration makes no sense. The message names the field and what it must be. */
export class InvalidConfig extends Error {}

/** Thrown when the rule cannot decide. The rule's owner sees the message. */
export class CannotDecide extends Error {}

/** The exports of the component. */
export interface Automation {
  describe(): Description;
  evaluate(context: Context, event: Event, facts: Facts, config: string): Action[];
}

/** Adapts a rule to the contract. Its configuration is the parsed JSON: check it in `evaluate`. */
export function component<Config>(rule: Rule<Config>): Automation {
  return {
    describe: () => reported(() => rule.describe()),
    evaluate: (context, event, facts, config) =>
      reported(() => rule.evaluate({ context, event, facts }, JSON.parse(config) as Config)),
  };
}

/** "12.50 EUR". */
export function moneyText(money: Money): string {
  const sign = money.minor < 0n ? "-" : "";
  const digits = (money.minor < 0n ? -money.minor : money.minor).toString().padStart(money.exponent + 1, "0");
  const whole = digits.slice(0, digits.length - money.exponent);
  const part = digits.slice(digits.length - money.exponent);
  return `${sign}${whole}${part === "" ? "" : "."}${part} ${money.currency}`;
}

/** "2025-12-11". */
export function dateText(date: Day): string {
  const digits = (value: number, width: number) => value.toString().padStart(width, "0");
  return `${digits(date.year, 4)}-${digits(date.month, 2)}-${digits(date.day, 2)}`;
}

// An error that is no answer stops the component without words: the log is the only way out for its message.
function reported<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof InvalidConfig) throw refusal({ tag: "invalid-config", val: error.message });
    if (error instanceof CannotDecide) throw refusal({ tag: "failed", val: error.message });
    log("error", error instanceof Error ? `${error}\n${error.stack ?? ""}` : String(error));
    throw error;
  }
}

function refusal(error: RuleError): RuleError {
  return error;
}
