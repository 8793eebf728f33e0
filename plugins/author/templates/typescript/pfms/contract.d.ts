// Generated from the contract in plugins/wit by `make codegen`.

/** An amount of money, exact. */
export interface Money {
  /** In the currency's minor units: 1250 of USD are 12.50 dollars. May be negative. */
  minor: bigint;
  /** ISO 4217 code in upper case, for example "USD". */
  currency: string;
  /** How many digits follow the decimal point when the amount is written: 2 for USD, 0 for JPY. */
  exponent: number;
}

/** A day of the Gregorian calendar, valid as given. */
export interface Day {
  /** 1 to 9999. */
  year: number;
  /** 1 to 12. */
  month: number;
  /** 1 to 31. */
  day: number;
}

/** A point in time, without a zone. */
export interface Instant {
  /** Seconds since 1970-01-01T00:00:00Z; negative before. */
  seconds: bigint;
  /** 0 to 999,999,999, always added. */
  nanoseconds: number;
}

/** Money spent. */
export interface Expense {
  /**
   * UUIDv7 in lower case. Ids are given in the order in which expenses are recorded, so that of two
   * expenses the one with the lesser id was recorded first.
   */
  id: string;
  /** What was spent. */
  amount: Money;
  /** The category's id; none when not categorised. */
  categoryId?: string;
  /** The category's name; none when not categorised. */
  category?: string;
  /** Who was paid, as the person wrote it. */
  merchant?: string;
  /** What it was for, as the person wrote it. */
  description?: string;
  /**
   * The day of the expense in the person's own zone, which may lie before or after the day on which
   * it was recorded.
   */
  date: Day;
  /** In no particular order, without doubles. */
  tags: string[];
}

/** The value of a field of an event that has no record of its own here. */
export type Value =
  /** Text. */
  | { tag: "text"; val: string }
  /** Several texts. */
  | { tag: "texts"; val: string[] }
  /** A whole number. */
  | { tag: "whole"; val: bigint }
  /** A number with a fraction, written exactly, for example "0.125". */
  | { tag: "decimal"; val: string }
  /** Yes or no. */
  | { tag: "flag"; val: boolean }
  /** An amount of money. */
  | { tag: "money"; val: Money }
  /** A day. */
  | { tag: "date"; val: Day }
  /** A point in time. */
  | { tag: "instant"; val: Instant };

/** A named value. */
export interface Field {
  /**
   * As in the event's JSON, for example "amount"; what is inside another object is joined by dots,
   * for example "lender.name".
   */
  name: string;
  /** What it is. */
  value: Value;
}

/** An event that has no record of its own here, for example "income.received". */
export interface NamedEvent {
  /** The event's name. */
  name: string;
  /** Its fields that are not empty, in no particular order. */
  fields: Field[];
}

/** A moment that the rule's schedule named. */
export interface Tick {
  /** The moment that was named; the evaluation may come somewhat later. */
  scheduledFor: Instant;
  /** The day of that moment in the person's zone. */
  date: Day;
  /** The minute of that day on the person's clock, 0 to 1439. */
  minute: number;
}

/** What happened. */
export type Event =
  /** An expense was recorded. */
  | { tag: "expense-created"; val: Expense }
  /** An expense changed; given as it is now. */
  | { tag: "expense-updated"; val: Expense }
  /** An expense was deleted; given as it was. */
  | { tag: "expense-deleted"; val: Expense }
  /** The rule's schedule came due. As a trigger it is called "time". */
  | { tag: "time"; val: Tick }
  /** Anything else that a rule may be triggered by. */
  | { tag: "named"; val: NamedEvent };

/** The owner of the rule, and of everything that the rule is shown. */
export interface User {
  /** ISO 4217 code of the currency in which the person counts. */
  currency: string;
  /** IANA name, for example "Europe/Berlin". */
  timeZone: string;
  /** Offset of that zone from UTC at the time of the event, in seconds, positive to the east. */
  utcOffsetSeconds: number;
  /** The day in that zone at the time of the event. */
  today: Day;
}

/** What surrounds an evaluation. Clocks are given here, never read: a replay sees the same. */
export interface Context {
  /** The event's id; the same when an event is delivered again. */
  eventId: string;
  /** The rule's id. Several rules may share a component, each with its own configuration. */
  ruleId: string;
  /** When the event was committed. */
  occurredAt: Instant;
  /** Whose rule it is. */
  user: User;
}

/** Which of a person's expenses. */
export type ExpenseFilter =
  /** All of them. */
  | "any"
  /** Those with the merchant of the event's expense, whatever the case; none when it has no merchant. */
  | "same-merchant"
  /** Those in the category of the event's expense; those without a category when it has none. */
  | "same-category";

/** Which expenses a rule wants to see beside the event. */
export interface RecentExpensesRequest {
  /**
   * How many days, counted back from the day of the event's expense and with that day: 1 asks for
   * that day alone. 1 to 366. For events without an expense the days count back from today.
   */
  days: number;
  /** At most this many, the latest days first. 1 to 500. */
  limit: number;
  /** Which ones. For events without an expense this must be `any`. */
  filter: ExpenseFilter;
}

/** A stretch of the calendar. */
export type Period =
  /** A day. */
  | "day"
  /** Monday to Sunday. */
  | "week"
  /** A calendar month. */
  | "month"
  /** A calendar year. */
  | "year";

/** Which sums of expenses a rule wants to see. */
export interface SpendingRequest {
  /** Of each day, week, month or year. */
  period: Period;
  /** How many periods, the one that holds the day of the event first. 1 to 13. */
  count: number;
}

/** Something that a rule wants to know before it decides. */
export type FactRequest =
  /** Expenses of the same person. */
  | { tag: "recent-expenses"; val: RecentExpensesRequest }
  /** What the same person spent, by category. */
  | { tag: "spending"; val: SpendingRequest }
  /** The limits that the person set, and what is spent of them in the current period. */
  | { tag: "budgets" }
  /** What the person saves for. */
  | { tag: "goals" };

/** What was spent in a category in a period. */
export interface CategorySpending {
  /** The category's id; none for what is not categorised. */
  categoryId?: string;
  /** The category's name; none for what is not categorised. */
  category?: string;
  /** The sum, in one currency: what was spent in another is a record of its own. */
  total: Money;
  /** How many expenses it is the sum of. */
  count: number;
}

/** What was spent in a period. */
export interface PeriodSpending {
  /** The period's first day. */
  firstDay: Day;
  /** The period's last day, which may lie ahead. */
  lastDay: Day;
  /**
   * By category and currency, in no particular order; without what is zero. Holds the event's own
   * expense when that is still recorded.
   */
  categories: CategorySpending[];
}

/** A limit that a person set. */
export interface Budget {
  /** What the person calls it; for the limits of the profile "daily" and "monthly". */
  name: string;
  /** The category that it limits; none for everything. */
  categoryId?: string;
  /** How much may be spent in the period. */
  limit: Money;
  /** What was spent in the period in that currency, the event's own expense included. */
  spent: Money;
  /** The period's first day. */
  firstDay: Day;
  /** The period's last day. */
  lastDay: Day;
}

/** What a person saves for. */
export interface Goal {
  /** The goal's id. */
  id: string;
  /** What the person calls it. */
  name: string;
  /** What is to be saved. */
  target: Money;
  /** What is saved. */
  saved: Money;
  /** When it shall be reached. */
  due?: Day;
}

/** What a rule asked to know; what it did not ask for is none. */
export interface Facts {
  /**
   * The latest day first. Never holds the event's own expense. May hold expenses that were recorded
   * after the event, whose ids are greater, and expenses of later days.
   */
  recentExpenses?: Expense[];
  /** The latest period first. */
  spending?: PeriodSpending[];
  /** In no particular order. */
  budgets?: Budget[];
  /** In no particular order. */
  goals?: Goal[];
}

/** How urgent a notification is. */
export type Priority =
  /** May wait. */
  | "low"
  /** Usual. */
  | "medium"
  /** Soon. */
  | "high"
  /** Now. */
  | "urgent";

/** A way to reach a person. */
export type Channel =
  /** The list of notifications in the application. */
  | "in-app"
  /** A message to a device. */
  | "push"
  /** E-mail. */
  | "email"
  /** A text message. */
  | "sms";

/** A message for the rule's owner. */
export interface Notification {
  /** One line, 1 to 200 characters. */
  title: string;
  /** Plain text, up to 2,000 characters. */
  body: string;
  /** How urgent it is. */
  priority: Priority;
  /** The ways to take, of those that the person allows; empty: all that the person allows. */
  channels: Channel[];
}

/** Money to put aside. */
export interface Saving {
  /** The goal's id. */
  goalId: string;
  /** More than zero. */
  amount: Money;
  /** What it is for, up to 200 characters. */
  note: string;
}

/** An expense to record. */
export interface NewExpense {
  /** More than zero. */
  amount: Money;
  /** A category of the person; none: not categorised. */
  categoryId?: string;
  /** Who is paid, up to 200 characters. */
  merchant?: string;
  /** What it is for, up to 1,000 characters. */
  description?: string;
  /** The day. */
  date: Day;
  /** Up to 50 tags of 1 to 50 characters. */
  tags: string[];
}

/** An event that other rules may be triggered by, as "automation.trigger". */
export interface Emission {
  /** What the event is about: lower case words joined by dots or hyphens, 1 to 64 characters. */
  topic: string;
  /** Its fields. Up to 32, of which texts hold up to 1,000 characters. */
  fields: Field[];
}

/** A call of a web address that the person registered. */
export interface WebhookCall {
  /** The webhook's id. */
  webhookId: string;
  /** A JSON object of up to 16,000 bytes. */
  payload: string;
}

/** Something to do. */
export type Action =
  /** Tell the rule's owner. */
  | { tag: "notify"; val: Notification }
  /** Put the event's expense into the category with this id. */
  | { tag: "categorize"; val: string }
  /** Add these tags to the event's expense. */
  | { tag: "tag"; val: string[] }
  /** Put money aside for a goal. */
  | { tag: "save"; val: Saving }
  /** Keep this line, of up to 1,000 characters, with the execution. */
  | { tag: "log"; val: string }
  /** Record an expense. */
  | { tag: "create-expense"; val: NewExpense }
  /** Publish an event. */
  | { tag: "emit"; val: Emission }
  /** Call a webhook. */
  | { tag: "webhook"; val: WebhookCall };

/** Why a rule could not decide. It is shown to the rule's owner. */
export type RuleError =
  /** The configuration is not what the rule's schema asks for; says which field, and what it must be. */
  | { tag: "invalid-config"; val: string }
  /** Anything else. */
  | { tag: "failed"; val: string };

/** What a component says of itself, once, when it is uploaded. */
export interface Description {
  /** Lower case words joined by hyphens, for example "habit-counter". 1 to 64 characters. */
  name: string;
  /** Semantic version of the component, for example "1.2.0". */
  version: string;
  /** What it does, in a sentence. Up to 500 characters. */
  summary: string;
  /** JSON Schema of the configuration, an object; "{}" admits anything. Up to 16,384 bytes. */
  configSchema: string;
  /**
   * The events that it wants to see, by name, for example "expense.created", "income.received" or
   * "time". At least one.
   */
  triggers: string[];
  /** The facts that it wants to know. At most one request of each kind. */
  facts: FactRequest[];
}
